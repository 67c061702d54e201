#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "http/message.h"

namespace calotype::http {

/// The Date field's value, formatted once a second. Thread: one.
class DateText {
 public:
  std::string_view now();

 private:
  std::time_t second_ = 0;
  std::string text_;
};

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7).
std::string http_date(std::time_t second);

struct HeadFacts {
  std::string_view date;
  std::string_view request_id;
  bool answers_head = false;
  bool closes = false;
  bool keeps_http10 = false;  ///< an HTTP/1.0 client must be told that the connection is kept
};

/// Fields as they are sent, without those that are the server's to write. Throws internal where one has a control
/// character in it.
std::string write_fields(const Fields& fields);

/// Whether no field can break out of its line: RFC 9110's rules for names and values.
bool has_sound_fields(const Response& response);

/// Whether the body is sent; 204, 304 and answers to HEAD have none.
bool sends_body(const Response& response, bool answers_head);

/// Appends status line, fields and empty line.
void append_head(std::string& to, const Response& response, const HeadFacts& facts);

}  // namespace calotype::http
