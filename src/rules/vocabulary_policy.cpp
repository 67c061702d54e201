#include <algorithm>
#include <array>

#include "model/rule_policy.h"
#include "rules/checks.h"
#include "rules/scalar.h"
#include "rules/vocabulary.h"

/// What is no part of the picture: who may use the rule, what it may take, how its results are kept and answered, what
/// happens where one fails.
namespace calotype::rules {
namespace {

constexpr double kYear = 31'536'000;
constexpr double kMonth = 2'592'000;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_small_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_bucket_pattern(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return is_small_or_digit(c) || c == '.' || c == '_' || c == '-' || c == '*'; });
}

bool is_name_pattern(std::string_view text) { return std::ranges::none_of(text, is_control); }

/// Labels of [a-z0-9-] with points between them, perhaps after "*.".
bool is_referer(std::string_view text) {
  if (text.starts_with("*.")) text.remove_prefix(2);
  if (text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos)
    return false;
  return std::ranges::all_of(text, [](char c) { return is_small_or_digit(c) || c == '-' || c == '.'; });
}

bool is_stand_in(std::string_view text) {
  static constexpr std::string_view kObject = "object:";
  if (!text.starts_with(kObject)) return parse_mark(text).has_value();
  text.remove_prefix(kObject.size());
  const auto slash = text.find('/');
  return slash != std::string_view::npos && slash != 0 && slash + 1 < text.size() &&
         std::ranges::none_of(text, is_control);
}

/// Nothing that leads to another folder or ends the quoted text, and no braces but those of {name} and {ext}.
bool is_filename(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (is_control(c) || c == '/' || c == '\\' || c == '"' || c == '}') return false;
    if (c != '{') continue;
    const auto rest = text.substr(at);
    if (rest.starts_with("{name}"))
      at += 5;
    else if (rest.starts_with("{ext}"))
      at += 4;
    else
      return false;
  }
  return true;
}

bool is_header_value(std::string_view text) {
  const auto is_visible = [](char c) { return c >= 0x20 && c < 0x7f; };
  return text.front() != ' ' && text.back() != ' ' && std::ranges::all_of(text, is_visible);
}

TypePtr texts(double longest, std::string_view pattern, bool (*matches)(std::string_view), double most) {
  const auto one = make({.kind = Kind::text, .min = 1, .max = longest, .pattern = pattern, .matches = matches});
  return make({.kind = Kind::array, .min = 1, .max = most, .element = one, .check = checks::distinct});
}

TypePtr access() {
  return object_of(
      {{"require",
        choice({{"none", "anybody, of a private bucket as well"},
                {"signature", "who has a signed URL or a token"},
                {"jwt", "who has a token"}}),
        {},
        "Who may use the rule. Absent: `signature` in a private bucket, else `none`."},
       {"buckets",
        texts(64, "^[a-z0-9._*-]+$", is_bucket_pattern, 64),
        {},
        "Aliases of the buckets that have the rule; `*` stands for any text. Absent: all."},
       {"prefixes",
        texts(255, "^[^\\u0000-\\u001f\\u007f]+$", is_name_pattern, 64),
        {},
        "What the names of objects begin with; `*` stands for any text. Absent: all."},
       {"referers",
        texts(255, "^(\\*\\.)?[a-z0-9-]+(\\.[a-z0-9-]+)*$", is_referer, 64),
        {},
        "Hosts of the pages that may show the result, or `*.` and a host for all below it. Who tells of no page is let "
        "in: it keeps out pages, not people. Absent: all."}});
}

TypePtr cache() {
  return object_of(
      {{"maxAge", integer(0, kYear), {}, "Seconds for which the result is kept. Absent: the bucket says."},
       {"sMaxAge", integer(0, kYear), {}, "The same for shared caches. Absent: as `maxAge`."},
       {"swr",
        integer(0, kMonth),
        {},
        "Seconds for which an old result is shown while a new one is fetched. Absent: 60."},
       {"sie", integer(0, kMonth), {}, "Seconds for which an old result is shown where none can be fetched."},
       {"store",
        choice({{"always"}, {"second-hit", "from the second time on that it is made"}, {"never"}}),
        {.fallback = "always"},
        "Whether the service itself keeps the result, in memory and on the disk."},
       {"tags",
        texts(64, "^[A-Za-z0-9._-]+$", rule::is_tag, 16),
        {},
        "By what results can be purged together, here and in caches in front."}});
}

TypePtr limits() {
  return object_of(
      {{"sourcePixels", integer(1, 268'000'000), {}, "Pixels of one frame of the original; not of a document."},
       {"outputPixels", integer(1, 268'000'000), {}, "Pixels of one frame of the result."},
       {"frames", integer(1, 1000), {}, "Frames of the result."},
       {"bytes", integer(1, 1'000'000'000'000), {}, "Bytes of the original's file."},
       {"cost",
        integer(1, 1'000'000),
        {},
        "Milliseconds of processor that making it takes, as estimated; not of a document."}});
}

TypePtr on_error() {
  const auto image = make({.kind = Kind::text,
                           .min = 1,
                           .max = 1024,
                           .pattern = "^(object:[^/]+/.+|(asset:)?[0-9A-Za-z][0-9A-Za-z._-]{0,63})$",
                           .matches = is_stand_in});
  auto type =
      *object_of({{"mode",
                   choice({{"fail", "the error is answered"},
                           {"original", "the original stands in"},
                           {"placeholder", "another picture stands in"},
                           {"lastGood", "what an earlier revision of the rule made of the same object stands in"}}),
                   {},
                   "What is answered where the result cannot be made. Absent: the bucket's placeholder, where it has "
                   "one, with the "
                   "error's status."},
                  {"image",
                   image,
                   {},
                   "Of `placeholder`, and shown by the same rule: the UUID or alias of a watermark of the domain, or "
                   "`object:<bucket>/<name>` in a bucket of the domain. Absent: the bucket's placeholder."},
                  {"status",
                   choice({{"200"}, {"404"}, {"410"}, {"422"}}),
                   {.fallback = 404},
                   "Of `placeholder`: the status of the answer."},
                  {"maxAge",
                   integer(0, kYear),
                   {.fallback = 60},
                   "Seconds for which what stands in is kept; five at most where it lies in the load."}});
  type.check = checks::on_error;
  return make(std::move(type));
}

Value to_type(Value word) { return Value::Object{{"type", std::move(word)}}; }

TypePtr disposition() {
  const auto word = choice({{"inline", "it is shown"}, {"attachment", "it is saved as a file"}});
  const auto filename = make({.kind = Kind::text,
                              .min = 1,
                              .max = 200,
                              .pattern = "^([^\\u0000-\\u001f\\u007f/\\\\\"{}]|\\{name\\}|\\{ext\\})+$",
                              .matches = is_filename});
  return make(
      {.kind = Kind::object,
       .keys = {{"type", word, {.fallback = "inline"}, "What a browser does with the result."},
                {"filename",
                 filename,
                 {.fallback = "{name}.{ext}"},
                 "Under which name it is saved; `{name}` is the object's without its folders and ending, `{ext}` "
                 "the ending of the result's type."}},
       .forms = {{word, to_type}}});
}

TypePtr headers() {
  const auto value = make({.kind = Kind::text,
                           .min = 1,
                           .max = 256,
                           .pattern = "^[\\u0021-\\u007e]([\\u0020-\\u007e]*[\\u0021-\\u007e])?$",
                           .matches = is_header_value});
  return make({.kind = Kind::map,
               .max = 8,
               .pattern = "^[A-Za-z][A-Za-z0-9-]{0,63}$",
               .element = value,
               .check = checks::headers,
               .check_name = checks::header_name});
}

}  // namespace

TypePtr policy() {
  auto type = *object_of(
      {{"access", access(), {.fallback = Value::Object{}}, "Who may use the rule, and for what."},
       {"cache",
        cache(),
        {.fallback = Value::Object{}},
        "How long results are kept by browsers and caches, which keep nothing beyond the proof that opened it, and by "
        "the service."},
       {"prewarm",
        choice({{"none"},
                {"upload", "when an object is stored"},
                {"publish", "what is asked for most, when the rule, a label or a rollout of it changes"}}),
        {.fallback = "none"},
        "Whether results are made before anybody asks, when there is room beside what is asked for."},
       {"async",
        choice({{"auto", "where making it costs more than the installation's line"},
                {"never", "whoever asks waits, and takes what can be made within a request's time"},
                {"always", "whatever it costs"}}),
        {.fallback = "auto"},
        "Whether a result that is not there yet is made in the background: who asks is answered 202 with a job, and "
        "asks again. Not where `cache.store` is `never`."},
       {"limits",
        limits(),
        {.fallback = Value::Object{}},
        "What the rule may take at most; the installation's own limits hold as well."},
       {"onError", on_error(), {.fallback = Value::Object{}}, "What is answered where the result cannot be made."},
       {"disposition", disposition(), {.fallback = Value::Object{}}, "The field Content-Disposition."},
       {"headers",
        headers(),
        {.fallback = Value::Object{}},
        "Fields that are added to answers: names that begin with `X-`, and Content-Language, "
        "Cross-Origin-Resource-Policy, Link, Permissions-Policy, Referrer-Policy and Timing-Allow-Origin; none that "
        "the service or a server in front gives a meaning to."}});
  type.check = checks::policy;
  return make(std::move(type));
}

}  // namespace calotype::rules
