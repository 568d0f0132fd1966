/** A real S3 server for the tests of those who keep something in buckets. */
@NullMarked
package org.tanada.common.blob.testing;

import org.jspecify.annotations.NullMarked;
