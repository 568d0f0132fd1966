package org.tanada.auth.account;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads of the system for long computations, which let all others go first: Linux knows a nice
 * value of each thread, and Java's own priorities do nothing there. Elsewhere a nice value is the
 * process's, so that nothing is done.
 */
final class NiceThreads {
  private static final Logger log = LoggerFactory.getLogger(NiceThreads.class);

  /** A tenth of the time of others, if they want all of it; the weight of 10 is 110 to 1024. */
  private static final int NICE = 10;

  private static final int PRIO_PROCESS = 0;
  private static final int THIS_THREAD = 0;

  private NiceThreads() {}

  /** That many threads, which end with the process. */
  static ExecutorService of(int number, String name) {
    return Executors.newFixedThreadPool(
        number,
        work ->
            Thread.ofPlatform()
                .daemon()
                .name(name + "-", 0)
                .unstarted(() -> {
                  giveWay();
                  work.run();
                }));
  }

  /**
   * setpriority(2): of the calling thread alone, see its section "C library/kernel differences".
   */
  @SuppressWarnings("restricted") // services run with --enable-native-access
  private static void giveWay() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return;
    }
    try {
      Linker linker = Linker.nativeLinker();
      MethodHandle setPriority =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("setpriority"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT));
      int code = (int) setPriority.invokeExact(PRIO_PROCESS, THIS_THREAD, NICE);
      if (code != 0) {
        log.info("{} stays at the priority of the others", Thread.currentThread().getName());
      }
    } catch (Throwable e) { // whatever it is: the work is done all the same
      log.info("{} stays at the priority of the others", Thread.currentThread().getName(), e);
    }
  }
}
