package org.tanada.cdn.origin;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;

/**
 * What is asked of a tier. Only safe methods: it may be asked again of another node.
 *
 * @param tier that owns the content
 * @param method GET or HEAD
 * @param uri path and query
 * @param headers all fields, ours included
 */
public record OriginRequest(String tier, HttpMethod method, String uri, HttpHeaders headers) {}
