package io.matriarch.job;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Makes calls at once on virtual threads. */
final class ThreadsTogether implements Together {

  @Override
  public void all(List<Call> calls, int limit) throws StepFailed, InterruptedException {
    Semaphore places = new Semaphore(limit);
    List<String> failures = new ArrayList<>();
    Throwable first = null;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (Call call : calls) {
        tasks.add(
            () -> {
              places.acquire();
              try {
                call.run();
                return null;
              } finally {
                places.release();
              }
            });
      }
      for (Future<Void> done : threads.invokeAll(tasks)) {
        try {
          done.get();
        } catch (ExecutionException e) {
          failures.add(message(e.getCause()));
          first = first == null ? reason(e.getCause()) : first;
        }
      }
    }
    if (!failures.isEmpty()) {
      String all = String.join(" ", failures);
      throw first == null ? new StepFailed(all) : new StepFailed(all, first);
    }
  }

  /** Why a call failed, so that a host that is out of reach is known as such. */
  private static @Nullable Throwable reason(@Nullable Throwable failed) {
    return failed instanceof StepFailed ? failed.getCause() : failed;
  }

  private static String message(@Nullable Throwable cause) {
    if (cause instanceof OwnershipLost lost) {
      throw lost;
    }
    return cause instanceof StepFailed failed ? failed.getMessage() : String.valueOf(cause);
  }
}
