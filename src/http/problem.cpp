#include "http/problem.h"

#include <algorithm>

#include "core/encoding.h"

namespace calotype::http {

std::string_view reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 507: return "Insufficient Storage";
    default: return "Unknown";
  }
}

namespace {

/// "uri-too-long": the reason as a word.
std::string code_of(int status) {
  std::string code(reason_of(status));
  std::ranges::transform(code, code.begin(), [](char c) {
    if (c == ' ') return '-';
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return code;
}

}  // namespace

Response problem(int status, std::string_view detail, std::string_view request_id) {
  std::string body = R"({"type":"about:blank","title":)";
  append_json_string(body, reason_of(status));
  body += R"(,"status":)" + std::to_string(status);
  body += R"(,"detail":)";
  append_json_string(body, detail);
  body += R"(,"instance":)";
  append_json_string(body, "urn:uuid:" + std::string(request_id));
  body += R"(,"code":)";
  append_json_string(body, code_of(status));
  body += R"(,"request_id":)";
  append_json_string(body, request_id);
  body += "}\n";

  Response response;
  response.status = status;
  response.fields.add("Content-Type", "application/problem+json");
  response.fields.add("Cache-Control", "no-store");
  response.fields.add("X-Content-Type-Options", "nosniff");
  response.body = Bytes::from(std::move(body));
  return response;
}

}  // namespace calotype::http
