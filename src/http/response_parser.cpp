#include "http/response_parser.h"

#include <algorithm>
#include <cstring>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace calotype::http {

namespace {

namespace beast = boost::beast;
using Code = beast::error_code;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

class ResponseParser::Machine final : public beast::http::basic_parser<false> {
 public:
  Machine(std::uint64_t head_bytes, bool answers_head) {
    header_limit(static_cast<std::uint32_t>(head_bytes));
    body_limit(boost::none);  // whoever reads it counts
    skip(answers_head);
  }

  Fed feed_head(std::string_view bytes) {
    Fed fed;
    eager(false);
    Code error;
    fed.used = put({bytes.data(), bytes.size()}, error);
    fed.is_wrong = error && error != beast::http::error::need_more;
    return fed;
  }

  Fed feed_body(std::string_view bytes, std::span<std::byte> into) {
    Fed fed;
    into_ = into;
    produced_ = 0;
    eager(true);
    Code error;
    fed.used = put({bytes.data(), bytes.size()}, error);
    fed.produced = produced_;
    fed.is_wrong = error && error != beast::http::error::need_more && error != beast::http::error::need_buffer;
    return fed;
  }

  bool feed_end() {
    Code error;
    put_eof(error);
    return !error && is_done();
  }

  int status() const { return status_; }
  Fields take_fields() { return std::move(fields_); }

 private:
  void on_request_impl(beast::http::verb, beast::string_view, beast::string_view, int, Code&) override {}
  void on_response_impl(int status, beast::string_view, int, Code&) override { status_ = status; }
  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value, Code&) override {
    if (is_header_done()) return;  // a trailer: nobody asks for one
    fields_.add(std::string(view(name)), std::string(view(value)));
  }
  void on_header_impl(Code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Code&) override {}
  std::size_t on_body_impl(beast::string_view body, Code& error) override {
    const auto count = std::min(body.size(), into_.size() - produced_);
    if (count > 0) std::memcpy(into_.data() + produced_, body.data(), count);
    produced_ += count;
    if (count < body.size()) error = beast::http::error::need_buffer;
    return count;
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, Code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, Code& error) override {
    return on_body_impl(body, error);
  }
  void on_finish_impl(Code&) override {}

  int status_ = 0;
  Fields fields_;
  std::span<std::byte> into_;
  std::size_t produced_ = 0;
};

ResponseParser::ResponseParser(std::uint64_t head_bytes, bool answers_head)
    : machine_(std::make_unique<Machine>(head_bytes, answers_head)) {}
ResponseParser::~ResponseParser() = default;

ResponseParser::Fed ResponseParser::feed_head(std::string_view bytes) { return machine_->feed_head(bytes); }
ResponseParser::Fed ResponseParser::feed_body(std::string_view bytes, std::span<std::byte> into) {
  return machine_->feed_body(bytes, into);
}
bool ResponseParser::feed_end() { return machine_->feed_end(); }
bool ResponseParser::has_head() const { return machine_->is_header_done(); }
int ResponseParser::status() const { return machine_->status(); }
Fields ResponseParser::take_fields() { return machine_->take_fields(); }
bool ResponseParser::is_done() const { return machine_->is_done(); }
bool ResponseParser::keeps_alive() const { return machine_->keep_alive(); }

std::optional<std::uint64_t> ResponseParser::announced() const {
  const auto length = machine_->content_length();
  if (!length) return std::nullopt;
  return *length;
}

}  // namespace calotype::http
