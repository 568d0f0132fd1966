package org.tanada.storage;

import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.tanada.storage.blob.OnS3;
import org.tanada.storage.replica.UploadSlots;

/** Files in a bucket, which sees to its copies by itself: nodes hold nothing and copy nothing. */
@Configuration(proxyBeanMethods = false)
@OnS3
@ComponentScan("org.tanada.storage.s3")
@Import(UploadSlots.class)
class S3Backend {}
