package org.tanada.storage;

import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.tanada.storage.blob.OnS3;

/** Files in a bucket, which sees to its copies by itself: nodes hold nothing and copy nothing. */
@Configuration(proxyBeanMethods = false)
@OnS3
@ComponentScan("org.tanada.storage.s3")
class S3Backend {}
