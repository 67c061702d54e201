#include "http/router.h"

#include <algorithm>
#include <stdexcept>

#include "core/encoding.h"
#include "core/error.h"

namespace calotype::http {

namespace {

[[noreturn]] void refuse(const char* why) { throw Error(Fault::invalid, std::string("read the path: ") + why); }

/// A part of the path between two slashes, decoded.
struct Segment {
  std::string text;
  bool has_slash = false;  ///< which was encoded
};

void check_name(std::string_view name) {
  if (name.empty()) refuse("an empty part");
  if (name == "." || name == "..") refuse("a relative part");
}

Segment decode_segment(std::string_view raw) {
  auto text = decode_percent(raw);
  if (!text) refuse("a bad escape");
  if (text->find('\0') != std::string::npos) refuse("a NUL");
  if (!is_utf8(*text)) refuse("not UTF-8");
  Segment segment{std::move(*text), false};
  for (std::string_view rest = segment.text;;) {
    const auto slash = rest.find('/');
    check_name(rest.substr(0, slash));
    if (slash == std::string_view::npos) break;
    segment.has_slash = true;
    rest.remove_prefix(slash + 1);
  }
  return segment;
}

std::vector<std::string_view> split(std::string_view path) {
  if (!path.starts_with('/')) refuse("it does not begin with a slash");
  path.remove_prefix(1);
  std::vector<std::string_view> parts;
  if (path.empty()) return parts;
  for (;;) {
    const auto slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

bool is_name(std::string_view part) { return part.starts_with('{'); }
bool is_rest(std::string_view part) { return part.ends_with("...}"); }
std::string name_in(std::string_view part) {
  part.remove_prefix(1);
  part.remove_suffix(is_rest(part) ? 4 : 1);
  return std::string(part);
}

/// Literal before {name} before {rest...}: the lower, the more precise.
int rank(std::string_view part) { return !is_name(part) ? 0 : !is_rest(part) ? 1 : 2; }

bool is_more_precise(const Route& a, const Route& b) {
  const auto left = split(a.pattern);
  const auto right = split(b.pattern);
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    if (rank(left[i]) != rank(right[i])) return rank(left[i]) < rank(right[i]);
  }
  return left.size() > right.size();
}

enum class Fit { no, yes, slash_in_name };

Fit fit(const std::vector<std::string>& pattern, const std::vector<Segment>& path) {
  const bool has_rest = std::ranges::any_of(pattern, is_rest);
  if (has_rest ? path.size() < pattern.size() : path.size() != pattern.size()) return Fit::no;
  auto result = Fit::yes;
  std::size_t at = 0;
  for (const auto& part : pattern) {
    if (is_rest(part)) {
      at += path.size() - pattern.size() + 1;
      continue;
    }
    if (!is_name(part)) {
      if (part != path[at].text) return Fit::no;
    } else if (path[at].has_slash) {
      result = Fit::slash_in_name;
    }
    ++at;
  }
  return result;
}

PathValues values_of(const std::vector<std::string>& pattern, const std::vector<Segment>& path) {
  PathValues values;
  std::size_t at = 0;
  for (const auto& part : pattern) {
    auto value = path[at++].text;
    if (!is_name(part)) continue;
    if (is_rest(part)) {
      for (auto more = path.size() - pattern.size(); more > 0; --more) value += '/' + path[at++].text;
    }
    values.add(name_in(part), std::move(value));
  }
  return values;
}

/// "GET, HEAD, POST": a fixed order, so that answers are stable.
std::string list_methods(const std::vector<Method>& methods) {
  std::string list;
  for (const auto method : {Method::get, Method::head, Method::post, Method::put, Method::del, Method::options}) {
    const auto asked = method == Method::head ? Method::get : method;
    const bool has = std::find(methods.begin(), methods.end(), method) != methods.end() ||
                     std::find(methods.begin(), methods.end(), asked) != methods.end();
    if (!has) continue;
    if (!list.empty()) list += ", ";
    list += name_of(method);
  }
  return list;
}

}  // namespace

const std::string& PathValues::at(std::string_view name) const {
  for (const auto& [key, value] : values_) {
    if (key == name) return value;
  }
  throw std::out_of_range("the route's pattern has no {" + std::string(name) + "}");
}

Router::Router(std::vector<Route> routes) {
  for (auto& route : routes) {
    const auto place = std::upper_bound(routes_.begin(), routes_.end(), route, is_more_precise);
    routes_.insert(place, std::move(route));
  }
  for (const auto& route : routes_) {
    const auto parts = split(route.pattern);
    patterns_.emplace_back(parts.begin(), parts.end());
  }
}

Router::Match Router::match(Method method, std::string_view path) const {
  std::vector<Segment> segments;
  for (const auto raw : split(path)) segments.push_back(decode_segment(raw));

  Match match;
  std::vector<Method> methods;
  bool has_slash_in_name = false;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    const auto& route = routes_[i];
    const auto result = fit(patterns_[i], segments);
    has_slash_in_name = has_slash_in_name || result == Fit::slash_in_name;
    if (result != Fit::yes) continue;
    methods.push_back(route.method);
    const bool takes = route.method == method || (route.method == Method::get && method == Method::head);
    if (!takes || match.route != nullptr) continue;
    match.route = &route;
    match.values = values_of(patterns_[i], segments);
  }
  if (methods.empty() && has_slash_in_name) refuse("an encoded slash");
  if (match.route == nullptr) match.allowed = list_methods(methods);
  return match;
}

}  // namespace calotype::http
