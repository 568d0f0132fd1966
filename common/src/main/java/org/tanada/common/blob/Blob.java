package org.tanada.common.blob;

/**
 * A stored file.
 *
 * @param purpose {@code profiles}, {@code invoices} or {@code videos}
 * @param id its id
 * @param size in bytes
 * @param sha256 digest of the content, 64 hexadecimal digits
 * @param contentType media type
 */
public record Blob(String purpose, long id, long size, String sha256, String contentType) {}
