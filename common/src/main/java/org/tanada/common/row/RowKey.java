package org.tanada.common.row;

/**
 * Which row.
 *
 * @param table its table
 * @param id its id
 */
public record RowKey(String table, long id) {}
