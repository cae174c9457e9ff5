package io.cattino.coordinator.wire;

import io.cattino.coordinator.core.model.PythonObject;
import io.cattino.coordinator.core.model.PythonScript;

/** What nodes are to do with Python, both ways; as {@link SpecCodec}, of which it is a part. */
final class PythonCodec {

    private PythonCodec() {}

    static io.cattino.proto.v1.PythonObject encode(PythonObject object) {
        return io.cattino.proto.v1.PythonObject.newBuilder()
                .setKind(
                        switch (object.kind()) {
                            case COMMAND -> io.cattino.proto.v1.PythonObject.Kind.KIND_COMMAND;
                            case FUNCTION -> io.cattino.proto.v1.PythonObject.Kind.KIND_FUNCTION;
                            case CUSTOM -> io.cattino.proto.v1.PythonObject.Kind.KIND_CUSTOM;
                            case GROUP_END -> io.cattino.proto.v1.PythonObject.Kind.KIND_GROUP_END;
                        })
                .setExportPath(object.exportPath())
                .setExportedName(object.exportedName())
                .addAllArguments(object.arguments())
                .addAllHooks(object.hooks())
                .build();
    }

    static PythonObject decode(io.cattino.proto.v1.PythonObject object) {
        return new PythonObject(
                switch (object.getKind()) {
                    case KIND_UNSPECIFIED, KIND_COMMAND -> PythonObject.Kind.COMMAND;
                    case KIND_FUNCTION -> PythonObject.Kind.FUNCTION;
                    case KIND_CUSTOM -> PythonObject.Kind.CUSTOM;
                    case KIND_GROUP_END -> PythonObject.Kind.GROUP_END;
                    case UNRECOGNIZED ->
                            throw new IllegalArgumentException(
                                    "command.python.kind has a value that is not known here");
                },
                object.getExportPath(),
                object.getExportedName(),
                object.getArgumentsList(),
                object.getHooksList());
    }

    static io.cattino.proto.v1.PythonScript encode(PythonScript script) {
        return io.cattino.proto.v1.PythonScript.newBuilder()
                .setPath(script.path())
                .setPython(script.python())
                .addAllSearchPath(script.searchPath())
                .setSeed(script.seed())
                .build();
    }

    static PythonScript decode(io.cattino.proto.v1.PythonScript script) {
        return new PythonScript(
                script.getPath(), script.getPython(), script.getSearchPathList(), script.getSeed());
    }
}
