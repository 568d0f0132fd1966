package org.tanada.deploy.process;

/**
 * A process that was started.
 *
 * @param process the process
 * @param version what it runs
 * @param build identifies its program file; empty for programs of the system
 */
record Started(Process process, String version, String build) {}
