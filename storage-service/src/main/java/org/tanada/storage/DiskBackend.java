package org.tanada.storage;

import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.tanada.storage.blob.OnDisk;

/** Files on the disks of the purpose's nodes, which copy them to each other. */
@Configuration(proxyBeanMethods = false)
@OnDisk
@ComponentScan("org.tanada.storage.replica")
class DiskBackend {}
