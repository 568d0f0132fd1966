package org.tanada.storage.s3;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** What the service's refusals and failures mean to our callers. */
final class S3Failures {
  private static final Logger log = LoggerFactory.getLogger(S3Failures.class);

  private S3Failures() {}

  /** The problem that a caller is told; the reason is logged, and not for them. */
  static ProblemException problem(SdkException e) {
    log.warn("the bucket fails: {}", e.toString());
    if (e instanceof AwsServiceException refusal && refusal.statusCode() == 507) {
      return new ProblemException(ProblemCode.STORAGE_FULL, "The bucket is full.", e);
    }
    return new ProblemException(
        ProblemCode.UNAVAILABLE, "The bucket of these files cannot be used right now.", e);
  }

  /** Whether a condition did not hold, or another request for the same key was quicker. */
  static boolean lostRace(SdkException e) {
    return e instanceof AwsServiceException refusal
        && (refusal.statusCode() == 412 || refusal.statusCode() == 409);
  }
}
