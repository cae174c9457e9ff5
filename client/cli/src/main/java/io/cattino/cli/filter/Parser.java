package io.cattino.cli.filter;

import io.cattino.cli.filter.Expr.Comparison;
import io.cattino.cli.filter.FilterException.Beyond;
import io.cattino.cli.filter.FilterException.Wrong;
import io.cattino.cli.filter.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Reads an expression, with Python's precedence. */
final class Parser {

    /** How deep brackets and signs may be nested: deeper ones would use up the stack. */
    private static final int DEEPEST = 100;

    private static final Set<String> METHODS =
            Set.of(
                    "startswith",
                    "endswith",
                    "lower",
                    "upper",
                    "strip",
                    "lstrip",
                    "rstrip",
                    "capitalize",
                    "get");

    /** Words that Python gives a meaning that is not ours. */
    private static final Set<String> OTHERS =
            Set.of("if", "else", "for", "lambda", "await", "async", "yield");

    private final List<Token> tokens;
    private int at;
    private int depth;

    private Parser(List<Token> tokens) {
        this.tokens = tokens;
    }

    static Expr parse(String text) {
        Parser parser = new Parser(Lexer.tokens(text));
        Expr expression = parser.tupleOr();
        Token rest = parser.peek();
        if (rest.kind() != Kind.END) {
            throw OTHERS.contains(rest.text())
                            || Set.of("**", "<<", ">>", ":=").contains(rest.text())
                    ? new Beyond("'%s'".formatted(rest.text()))
                    : parser.unexpected("an operator");
        }
        return expression;
    }

    private Expr tupleOr() {
        Expr first = expression();
        if (!peek().is(",")) {
            return first;
        }
        List<Expr> elements = new ArrayList<>(List.of(first));
        while (accept(",") && !peek().is(")") && peek().kind() != Kind.END) {
            elements.add(expression());
        }
        return new Expr.Sequence(elements, true);
    }

    private Expr expression() {
        return junction(false);
    }

    private Expr junction(boolean and) {
        Supplier<Expr> operand = and ? this::negation : () -> junction(true);
        List<Expr> parts = new ArrayList<>(List.of(operand.get()));
        while (accept(and ? "and" : "or")) {
            parts.add(operand.get());
        }
        return parts.size() == 1 ? parts.getFirst() : new Expr.Junction(and, parts);
    }

    private Expr negation() {
        return accept("not") ? new Expr.Not(deeper(this::negation)) : comparison();
    }

    private Expr comparison() {
        Expr first = sum();
        List<Comparison.Step> steps = new ArrayList<>();
        Optional<String> operator = comparator();
        while (operator.isPresent()) {
            steps.add(new Comparison.Step(operator.get(), sum()));
            operator = comparator();
        }
        return steps.isEmpty() ? first : new Comparison(first, steps);
    }

    private Optional<String> comparator() {
        for (String symbol : List.of("==", "!=", "<=", ">=", "<", ">", "in")) {
            if (accept(symbol)) {
                return Optional.of(symbol);
            }
        }
        if (accept("is")) {
            return Optional.of(accept("not") ? "is not" : "is");
        }
        if (peek().is("not") && tokens.get(at + 1).is("in")) {
            at += 2;
            return Optional.of("not in");
        }
        return Optional.empty();
    }

    private Expr sum() {
        return chain(this::product, "+", "-");
    }

    private Expr product() {
        return chain(this::sign, "*", "/", "//", "%");
    }

    private Expr chain(Supplier<Expr> operand, String... operators) {
        Expr left = operand.get();
        Optional<String> operator = acceptOne(operators);
        while (operator.isPresent()) {
            left = new Expr.Arithmetic(left, operator.get(), operand.get());
            operator = acceptOne(operators);
        }
        return left;
    }

    private Optional<String> acceptOne(String... words) {
        for (String word : words) {
            if (accept(word)) {
                return Optional.of(word);
            }
        }
        return Optional.empty();
    }

    private Expr sign() {
        boolean minus = peek().is("-");
        return accept("-") || accept("+")
                ? new Expr.Sign(minus, deeper(this::sign))
                : trailers(atom());
    }

    private Expr trailers(Expr of) {
        Expr whole = of;
        while (true) {
            if (accept(".")) {
                String name = name();
                whole = peek().is("(") ? method(whole, name) : new Expr.Attribute(whole, name);
            } else if (accept("[")) {
                Expr index = deeper(this::tupleOr);
                expect("]");
                whole = new Expr.Subscript(whole, index);
            } else if (peek().is("(")) {
                throw new Beyond("a call");
            } else if (peek().is("**")) {
                throw new Beyond("'**'");
            } else {
                return whole;
            }
        }
    }

    private Expr method(Expr of, String name) {
        if (!METHODS.contains(name)) {
            throw new Beyond(".%s()".formatted(name));
        }
        return new Expr.Method(of, name, arguments());
    }

    private List<Expr> arguments() {
        expect("(");
        List<Expr> arguments = new ArrayList<>();
        while (!accept(")")) {
            arguments.add(deeper(this::expression));
            if (!peek().is(")")) {
                expect(",");
            }
        }
        return arguments;
    }

    private Expr atom() {
        Token token = tokens.get(at);
        return switch (token.kind()) {
            case INTEGER -> {
                at++;
                yield new Expr.Constant(integer(token.text()));
            }
            case DECIMAL -> {
                at++;
                yield new Expr.Constant(Double.parseDouble(token.text()));
            }
            case STRING -> new Expr.Constant(strings());
            case NAME -> named(token);
            case SYMBOL -> bracketed();
            case END -> throw unexpected("a value");
        };
    }

    private static Long integer(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException _) {
            throw new Beyond("the number " + digits);
        }
    }

    /** Strings side by side are one. */
    private String strings() {
        StringBuilder text = new StringBuilder();
        while (peek().kind() == Kind.STRING) {
            text.append(tokens.get(at++).text());
        }
        return text.toString();
    }

    private Expr named(Token token) {
        at++;
        return switch (token.text()) {
            case "task" -> new Expr.Task();
            case "True" -> new Expr.Constant(true);
            case "False" -> new Expr.Constant(false);
            case "None" -> new Expr.Constant(null);
            case "len" -> length();
            case "and", "or", "not", "in", "is" -> {
                at--;
                throw unexpected("a value");
            }
            default -> throw new Beyond("'%s'".formatted(token.text()));
        };
    }

    private Expr length() {
        if (!peek().is("(")) {
            throw new Beyond("'len'");
        }
        List<Expr> arguments = arguments();
        if (arguments.size() != 1) {
            throw new Wrong(
                    "len() takes exactly one argument (%d given)".formatted(arguments.size()));
        }
        return new Expr.Length(arguments.getFirst());
    }

    private Expr bracketed() {
        if (accept("(")) {
            if (accept(")")) {
                return new Expr.Sequence(List.of(), true);
            }
            Expr inside = deeper(this::tupleOr);
            expect(")");
            return inside;
        }
        if (!accept("[")) {
            throw unexpected("a value");
        }
        List<Expr> elements = new ArrayList<>();
        while (!accept("]")) {
            elements.add(deeper(this::expression));
            if (!peek().is("]")) {
                expect(",");
            }
        }
        return new Expr.Sequence(elements, false);
    }

    private Expr deeper(Supplier<Expr> inside) {
        depth++;
        if (depth > DEEPEST) {
            throw new Wrong("the filter is nested too deeply");
        }
        Expr expression = inside.get();
        depth--;
        return expression;
    }

    private String name() {
        Token token = tokens.get(at);
        if (token.kind() != Kind.NAME) {
            throw unexpected("a name");
        }
        at++;
        return token.text();
    }

    private Token peek() {
        return tokens.get(at);
    }

    private boolean accept(String word) {
        if (!peek().is(word)) {
            return false;
        }
        at++;
        return true;
    }

    private void expect(String word) {
        if (!accept(word)) {
            throw OTHERS.contains(peek().text()) ? new Beyond(peek().text()) : unexpected(word);
        }
    }

    private Wrong unexpected(String wanted) {
        Token token = peek();
        return new Wrong(
                token.kind() == Kind.END
                        ? "it ends where %s is missing".formatted(wanted)
                        : "'%s' at character %d, where %s is expected"
                                .formatted(token.text(), token.at() + 1, wanted));
    }
}
