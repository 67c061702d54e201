#include "api/hot_answers.h"

#include <functional>

#include "http/memory_file.h"
#include "http/response_head.h"
#include "http/text.h"

namespace calotype::api {

namespace {

constexpr std::string_view kRepeatedTiming = "lookup;dur=0.00";

/// Of bodies that are sent from the kernel's pages.
constexpr std::size_t kLeastFile = 8'192;
constexpr std::size_t kMostFile = 131'072;
constexpr int kMostFiles = 256;

constexpr Milliseconds kForgotten{1'000};
constexpr std::size_t kSweptAtOnce = 4;

enum class Part {
  none,    ///< the answer does not depend on it
  key,     ///< another value, another answer
  refuses  ///< it is looked at each time
};

/// What a field of a request means for its answer. All others mean nothing for a rendition that anybody may have, but
/// Referer, and a rule that asks for it has no answer here.
Part part_of(std::string_view name) {
  struct Named {
    std::string_view name;
    Part part;
  };
  static constexpr std::array kFields{Named{"Host", Part::key},
                                      Named{"Accept", Part::key},
                                      Named{"Range", Part::refuses},
                                      Named{"If-Range", Part::refuses},
                                      Named{"If-Match", Part::refuses},
                                      Named{"Save-Data", Part::key},
                                      Named{"Sec-CH-DPR", Part::key},
                                      Named{"Sec-CH-Width", Part::key},
                                      Named{"Authorization", Part::refuses},
                                      Named{"If-None-Match", Part::key},
                                      Named{"X-Access-Key-Id", Part::refuses},
                                      Named{"If-Modified-Since", Part::refuses},
                                      Named{"If-Unmodified-Since", Part::refuses},
                                      Named{"Sec-CH-Viewport-Width", Part::key}};
  for (const auto& field : kFields) {
    if (field.name.size() == name.size() && http::is_same_name(field.name, name)) return field.part;
  }
  return Part::none;
}

/// The request, as far as its answer depends on it; nullopt: of a kind whose answers are made each time.
std::optional<std::string> key_of(const http::Request& request) {
  if (request.method != http::Method::get) return std::nullopt;
  std::string key;
  key.reserve(request.target.size() + 240);
  key = request.target;
  for (const auto& [name, value] : request.fields.all()) {
    const auto part = part_of(name);
    if (part == Part::refuses) return std::nullopt;
    if (part == Part::none) continue;
    key += '\n';  // which is in no field
    key += name;
    key += ':';
    key += value;
  }
  return key;
}

/// As they are sent, with what a repetition takes.
std::string written(const http::Fields& fields) {
  http::Fields again;
  for (const auto& [name, value] : fields.all()) {
    again.add(name, name == "Server-Timing" ? std::string(kRepeatedTiming) : value);
  }
  return http::write_fields(again);
}

Task<http::Response> answer(http::Handler handler, std::shared_ptr<HotAnswers> hot, Context ctx,
                            http::Request& request) {
  auto known = hot->find(request);
  if (known) co_return std::move(*known);
  const auto decided = hot->now();
  auto response = co_await handler(std::move(ctx), request);
  hot->keep(request, response, decided);
  co_return response;
}

}  // namespace

HotAnswers::HotAnswers(delivery::Delivery& delivery, const Clock& clock, telemetry::Metrics& metrics)
    : delivery_(delivery),
      clock_(clock),
      repeated_(metrics.counter("calotype_fetch_repeated_total",
                                "Answers that were given a moment ago and repeated without asking anything.")) {}

HotAnswers::Slot& HotAnswers::slot_of(const std::string& key) { return slots_[std::hash<std::string>()(key) % kSlots]; }

std::optional<http::Response> HotAnswers::find(const http::Request& request) {
  const auto key = key_of(request);
  if (!key) return std::nullopt;
  std::shared_ptr<const Hot> hot;
  {
    auto& slot = slot_of(*key);
    const std::lock_guard lock(slot.mutex);
    hot = slot.hot;
  }
  if (!hot || hot->key != *key || hot->decided != now() || clock_.steady() >= hot->until) return std::nullopt;
  http::Response response;
  response.status = hot->status;
  response.route = hot->route;
  response.written_fields = hot->fields;
  if (hot->status == 304) {
    delivery_.count(delivery::Origin::known);
    repeated_.add();
    return response;
  }
  if (hot->file) {
    response.body = *hot->file;
  } else {
    auto owner = hot->owner.lock();
    if (!owner) return std::nullopt;
    response.body = Bytes(std::move(owner), hot->body);
  }
  delivery_.count(delivery::Origin::memory);
  repeated_.add();
  return response;
}

void HotAnswers::keep(const http::Request& request, const http::Response& response, std::uint64_t decided) {
  const auto* body = std::get_if<Bytes>(&response.body);
  if (!response.is_repeatable || body == nullptr || (response.status != 200 && response.status != 304)) return;
  auto key = key_of(request);
  if (!key) return;
  auto hot = std::make_shared<Hot>();
  hot->key = std::move(*key);
  hot->status = response.status;
  hot->fields = std::make_shared<const std::string>(written(response.fields));
  hot->owner = body->owner();
  hot->body = body->view();
  hot->route = response.route;
  hot->until = clock_.steady() + delivery::kRepeatable;
  hot->decided = decided;
  auto& slot = slot_of(hot->key);
  std::shared_ptr<const Hot> before;
  {
    const std::lock_guard lock(slot.mutex);
    before = slot.hot;
  }
  hot->file = file_for(before.get(), *hot, *body);
  std::shared_ptr<const Hot> gone = std::move(hot);  // freed without the lock
  {
    const std::lock_guard lock(slot.mutex);
    gone.swap(slot.hot);
    if (decided != now()) slot.hot.reset();  // what was dropped meanwhile was let go of before this came
  }
  sweep();
}

void HotAnswers::clear() {
  for (auto& slot : slots_) {
    std::shared_ptr<const Hot> gone;  // freed without the lock
    const std::lock_guard lock(slot.mutex);
    gone.swap(slot.hot);
  }
}

/// What was asked for a moment ago already, and is neither so small that the copy costs nothing nor large, is put where
/// the kernel sends it from.
std::shared_ptr<const http::FilePart> HotAnswers::file_for(const Hot* before, const Hot& hot, const Bytes& body) {
  const bool is_same = before != nullptr && before->key == hot.key && *before->fields == *hot.fields &&
                       before->body.data() == hot.body.data() && before->body.size() == hot.body.size();
  if (!is_same) return nullptr;
  if (before->file) return before->file;
  if (body.size() < kLeastFile || body.size() > kMostFile || files_->load() >= kMostFiles) return nullptr;
  auto file = http::memory_file(body);
  if (!file) return nullptr;
  ++*files_;
  return {new http::FilePart(std::move(*file)), [count = files_](const http::FilePart* part) {
            delete part;
            --*count;
          }};
}

/// Lets go of what nobody has asked for lately, a few places at a time.
void HotAnswers::sweep() {
  const auto dead = clock_.steady() - kForgotten;
  for (std::size_t i = 0; i < kSweptAtOnce; ++i) {
    auto& slot = slots_[swept_.fetch_add(1, std::memory_order_relaxed) % kSlots];
    std::shared_ptr<const Hot> gone;  // freed without the lock
    const std::lock_guard lock(slot.mutex);
    if (slot.hot && slot.hot->until < dead) gone.swap(slot.hot);
  }
}

http::Handler with_hot_answers(http::Handler handler, std::shared_ptr<HotAnswers> hot) {
  return [handler = std::move(handler), hot = std::move(hot)](Context ctx, http::Request& request) {
    return answer(handler, hot, std::move(ctx), request);
  };
}

}  // namespace calotype::api
