#include "http/parser.h"

#include <algorithm>
#include <cstring>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "http/text.h"

namespace calotype::http {

namespace {

namespace beast = boost::beast;
using Code = beast::error_code;

Method method_of(beast::http::verb verb) {
  switch (verb) {
    case beast::http::verb::get: return Method::get;
    case beast::http::verb::head: return Method::head;
    case beast::http::verb::post: return Method::post;
    case beast::http::verb::put: return Method::put;
    case beast::http::verb::delete_: return Method::del;
    case beast::http::verb::options: return Method::options;
    default: return Method::other;
  }
}

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

bool is_visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

/// RFC 3986's authority without user information.
bool is_authority(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~%!$&'()*+,;=:[]").find(c) != std::string_view::npos;
  });
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

class RequestParser::Machine final : public beast::http::basic_parser<true> {
 public:
  explicit Machine(const ParserLimits& limits)
      : limits_(limits), guard_({limits.head_bytes, limits.fields, limits.target_bytes + 64}) {
    header_limit(
        static_cast<std::uint32_t>(limits.head_bytes + 64 * 1024));  // the guard's limit is the one that counts
    body_limit(boost::none);                                         // the body's reader counts
  }

  std::size_t feed_head(std::string_view bytes) {
    const auto fresh = bytes.substr(std::min(seen_, bytes.size()));
    check(guard_.look_at(fresh));
    if (refusal_) return 0;
    eager(false);
    Code error;
    const auto used = put({bytes.data(), bytes.size()}, error);
    seen_ = bytes.size() - used;
    if (error && error != beast::http::error::need_more) refuse(400, describe(error));
    if (is_header_done() && !refusal_) check_head();
    return used;
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

  const std::optional<Refusal>& refusal() const { return refusal_; }
  Request take_request() { return std::move(request_); }
  bool expects_continue() const { return expects_continue_; }
  bool is_for_server() const { return is_for_server_; }

 private:
  static std::string_view describe(const Code& error) {
    using beast::http::error;
    if (error == error::bad_method) return "the method is malformed";
    if (error == error::bad_target) return "the target is malformed";
    if (error == error::bad_version) return "the version is not HTTP/1.0 or HTTP/1.1";
    if (error == error::bad_content_length || error == error::multiple_content_length)
      return "Content-Length is malformed";
    if (error == error::bad_transfer_encoding) return "Transfer-Encoding stands beside Content-Length, or is repeated";
    return "the head is malformed";
  }

  void refuse(int status, std::string_view detail) {
    if (!refusal_) refusal_ = Refusal{status, detail};
  }

  void check(HeadGuard::Verdict verdict) {
    switch (verdict) {
      case HeadGuard::Verdict::fine: return;
      case HeadGuard::Verdict::malformed:
        return refuse(400, "the head holds a bare line break, a folded line or a NUL");
      case HeadGuard::Verdict::line_too_long: return refuse(414, "the target is too long");
      case HeadGuard::Verdict::too_large: return refuse(431, "the head is too large");
    }
  }

  void check_head() {
    const auto& fields = request_.fields;
    if (request_.target.size() > limits_.target_bytes) return refuse(414, "the target is too long");
    if (hosts_ > 1 || (hosts_ == 0 && version_ == 11)) return refuse(400, "there must be one Host");
    if (hosts_ == 1 && !is_authority(fields.get("Host"))) return refuse(400, "Host is malformed");
    if (request_.method_text == "CONNECT") return refuse(405, "this is not a proxy");
    check_target();
    check_framing();
    const auto expect = fields.get("Expect");
    if (expect.empty()) return;
    if (!is_same_name(expect, "100-continue")) return refuse(417, "only 100-continue can be expected");
    expects_continue_ = version_ == 11 && !is_done();
  }

  void check_target() {
    auto& target = request_.target;
    if (!is_visible(target) || target.find('#') != std::string::npos) return refuse(400, "the target is malformed");
    if (target == "*" && request_.method == Method::options) {
      is_for_server_ = true;
      return;
    }
    if (!target.starts_with('/')) split_absolute();
    if (!target.starts_with('/')) return refuse(400, "the target is malformed");
    const auto question = target.find('?');
    request_.path = target.substr(0, question);
    if (question != std::string::npos) request_.query = target.substr(question + 1);
  }

  /// "http://host/path" becomes Host and "/path" (RFC 9112, section 3.2.2: the target's host counts).
  void split_absolute() {
    auto& target = request_.target;
    const auto colon = target.find("://");
    if (colon == std::string::npos) return;
    const auto scheme = std::string_view(target).substr(0, colon);
    if (!is_same_name(scheme, "http") && !is_same_name(scheme, "https")) return;
    const auto start = colon + 3;
    const auto end = std::min(target.find_first_of("/?", start), target.size());
    auto authority = target.substr(start, end - start);
    if (!is_authority(authority)) return;
    target = target.substr(end);
    if (!target.starts_with('/')) target.insert(0, "/");
    request_.fields.set("Host", std::move(authority));
  }

  void check_framing() {
    const auto& fields = request_.fields;
    if (codings_ > 0) {
      if (lengths_ > 0) return refuse(400, "Transfer-Encoding stands beside Content-Length");
      if (version_ == 10) return refuse(400, "HTTP/1.0 has no Transfer-Encoding");
      if (codings_ > 1) return refuse(400, "Transfer-Encoding is repeated");
      if (!is_same_name(fields.get("Transfer-Encoding"), "chunked"))
        return refuse(501, "the only transfer coding is chunked");
    }
    if (lengths_ == 0) return;
    if (lengths_ > 1 || !is_number(fields.get("Content-Length"))) return refuse(400, "Content-Length is malformed");
    if (content_length().value_or(0) > limits_.body_bytes)
      return refuse(413, "the body is larger than this server takes");
  }

  void on_request_impl(beast::http::verb verb, beast::string_view text, beast::string_view target, int version,
                       Code&) override {
    request_.method = method_of(verb);
    request_.method_text = view(text);
    request_.target = view(target);
    version_ = version;
  }
  void on_field_impl(beast::http::field field, beast::string_view name, beast::string_view value, Code&) override {
    if (is_header_done()) return;  // a trailer: nobody asks for one
    hosts_ += field == beast::http::field::host;
    lengths_ += field == beast::http::field::content_length;
    codings_ += field == beast::http::field::transfer_encoding;
    request_.fields.add(std::string(view(name)), std::string(view(value)));
  }
  std::size_t on_body_impl(beast::string_view body, Code& error) override {
    const auto count = std::min(body.size(), into_.size() - produced_);
    if (count > 0) std::memcpy(into_.data() + produced_, body.data(), count);
    produced_ += count;
    if (count < body.size()) error = beast::http::error::need_buffer;
    return count;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, Code& error) override {
    return on_body_impl(body, error);
  }
  void on_response_impl(int, beast::string_view, int, Code&) override {}
  void on_header_impl(Code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Code&) override {}
  void on_chunk_header_impl(std::uint64_t, beast::string_view, Code&) override {}
  void on_finish_impl(Code&) override {}

  ParserLimits limits_;
  HeadGuard guard_;
  std::size_t seen_ = 0;  // bytes that the guard has looked at and the parser has not used up
  std::optional<Refusal> refusal_;
  Request request_;
  int version_ = 11;
  int hosts_ = 0;
  int lengths_ = 0;
  int codings_ = 0;
  bool expects_continue_ = false;
  bool is_for_server_ = false;
  std::span<std::byte> into_;
  std::size_t produced_ = 0;
};

RequestParser::RequestParser(const ParserLimits& limits) : machine_(std::make_unique<Machine>(limits)) {}
RequestParser::~RequestParser() = default;

std::size_t RequestParser::feed_head(std::string_view bytes) { return machine_->feed_head(bytes); }
bool RequestParser::has_head() const { return machine_->is_header_done() && !machine_->refusal(); }
const std::optional<Refusal>& RequestParser::refusal() const { return machine_->refusal(); }
Request RequestParser::take_request() { return machine_->take_request(); }
bool RequestParser::keeps_alive() const { return machine_->keep_alive(); }
bool RequestParser::expects_continue() const { return machine_->expects_continue(); }
bool RequestParser::is_for_server() const { return machine_->is_for_server(); }
bool RequestParser::is_done() const { return machine_->is_done(); }

std::optional<std::uint64_t> RequestParser::announced() const {
  const auto length = machine_->content_length();
  if (length) return *length;
  if (machine_->chunked()) return std::nullopt;
  return 0;
}

std::optional<std::uint64_t> RequestParser::remaining() const {
  if (machine_->is_done()) return 0;
  const auto left = machine_->content_length_remaining();
  if (!left) return std::nullopt;
  return *left;
}

RequestParser::Fed RequestParser::feed_body(std::string_view bytes, std::span<std::byte> into) {
  return machine_->feed_body(bytes, into);
}

}  // namespace calotype::http
