/**
 * Cattino for Java programs: describe tasks as values, hand them in, follow them, stop them.
 *
 * {@snippet :
 * ProcTask train = ProcTask.builder("train").command("python", "train.py")
 *         .minDevices(2).memoryPerDevice(Memory.mib(20_000)).build();
 * ProcTask eval = ProcTask.builder("eval").command("python eval.py --strict")
 *         .memoryPerDevice(Memory.fraction(0.25)).build();
 * TaskGroup pipeline = TaskGroup.builder("pipeline").add(train, eval).sequential().build();
 *
 * try (MeowClient meow = MeowClient.builder()
 *         .target("coord-1:19192,coord-2:19192")
 *         .tokenFile(Path.of("/etc/cattino/token"))
 *         .build()) {
 *     GroupHandle group = meow.submit(pipeline);
 *     group.addListener(new TaskListener() {
 *         @Override
 *         public void onEnd(TaskEvent event) {
 *             System.out.println(event.fullname() + " is " + event.status());
 *         }
 *     });
 *     if (!group.await(Duration.ofHours(9)).allDone()) {
 *         group.cancel();
 *     }
 * } catch (MeowException e) {
 *     System.err.println(e.getMessage() + "; " + e.hint());
 * }
 * }
 *
 * <p>Start at {@link io.cattino.client.MeowClient}. No type of the wire protocol appears in this
 * package, so that the protocol may change without breaking its users. Failures are {@link
 * io.cattino.client.MeowException}s, unchecked, with a hint that tells the fix.
 */
@NullMarked
package io.cattino.client;

import org.jspecify.annotations.NullMarked;
