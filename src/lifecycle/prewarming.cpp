#include "lifecycle/prewarming.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <utility>

#include "core/error.h"
#include "core/wildcard.h"
#include "rules/language.h"
#include "telemetry/log.h"

namespace calotype::lifecycle {

namespace {

constexpr Seconds kEvery{1};
constexpr std::size_t kEvents = 100;  ///< read at once

telemetry::Counter outcomes(telemetry::Metrics& metrics, const char* outcome) {
  return metrics.counter("calotype_prewarm_renditions_total",
                         "Renditions that rules want made ahead; late: not made, because it took too long.",
                         {{"outcome", outcome}});
}

/// A rule that wants its renditions made when an object is stored, and of which ones.
struct Wish {
  RuleId rule;
  rule::Access access;
};

struct Hands : PrewarmHands {
  explicit Hands(PrewarmHands given)
      : PrewarmHands(std::move(given)),
        made(outcomes(metrics, "made")),
        failed(outcomes(metrics, "failed")),
        skipped(outcomes(metrics, "late")),
        pending(metrics.gauge("calotype_prewarm_pending", "Renditions that are to be made ahead, as far as known.")) {}

  struct Remembered {
    std::vector<Wish> wishes;
    SteadyTime until;
  };
  std::map<DomainId, Remembered> wishes;
  std::deque<Making> waiting;
  std::int64_t read = 0;  ///< the event behind which nothing was read; those before, and what waits, are dealt with
  std::string noted{};    ///< the cursor that goes with that
  telemetry::Counter made;
  telemetry::Counter failed;
  telemetry::Counter skipped;
  telemetry::Gauge pending;
};
using SharedHands = std::shared_ptr<Hands>;

/// The parts of "<first>/<id>/<second>/<rest>".
struct Subject {
  std::string_view first;
  std::string_view id;
  std::string_view second;
  std::string_view rest;
};

Subject read_subject(std::string_view text) {
  const auto next = [&text] {
    const auto part = text.substr(0, text.find('/'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    return part;
  };
  Subject subject;
  subject.first = next();
  subject.id = next();
  subject.second = next();
  subject.rest = text;
  return subject;
}

bool is_for(const rule::Access& access, const Bucket& bucket, std::string_view object) {
  const auto is_bucket = [&](const auto& one) { return matches_wildcard(one, bucket.alias); };
  const auto is_object = [&](const auto& one) { return matches_wildcard(one + "*", object); };
  return (access.buckets.empty() || std::ranges::any_of(access.buckets, is_bucket)) &&
         (access.prefixes.empty() || std::ranges::any_of(access.prefixes, is_object));
}

Task<std::vector<Wish>> wishes_of(SharedHands hands, Context ctx, DomainId domain) {
  const auto now = hands->clock.steady();
  const auto known = hands->wishes.find(domain);
  if (known != hands->wishes.end() && now < known->second.until) co_return known->second.wishes;
  const auto rules = co_await hands->catalog.list_rules(ctx, domain);
  std::vector<Wish> wishes;
  for (const auto& rule : rules) {
    const auto document = rules::check(rule.body).document;
    if (!document || document->policy().prewarm != rule::Policy::Prewarm::upload) continue;
    wishes.push_back({.rule = rule.id, .access = document->policy().access});
  }
  std::erase_if(hands->wishes, [now](const auto& one) { return one.second.until <= now; });
  hands->wishes[domain] = {.wishes = wishes, .until = now + hands->remembered};
  co_return wishes;
}

Task<> add_object(SharedHands hands, Context ctx, std::string id, std::string object) {
  const auto parsed = BucketId::parse(id);
  if (!parsed) co_return;
  const auto bucket = co_await hands->catalog.find_bucket(ctx, *parsed);
  if (!bucket) co_return;
  const auto wishes = co_await wishes_of(hands, ctx, bucket->domain);
  for (const auto& wish : wishes) {
    if (is_for(wish.access, *bucket, object)) hands->waiting.push_back(hands->upload(*bucket, object, wish.rule));
  }
}

/// What is to be made because of an event.
Task<> add_wanted(SharedHands hands, Context ctx, StoredEvent event) {
  const bool is_object = event.type == "object.created" || event.type == "object.restored";
  if (!is_object && !event.type.starts_with("rule.")) co_return;
  const auto before = hands->waiting.size();
  const auto subject = read_subject(event.subject);
  if (!is_object) {
    if (const auto domain = DomainId::parse(subject.id)) hands->wishes.erase(*domain);
  }
  if (is_object) {
    std::string bucket(subject.id);
    std::string object(subject.rest);
    co_await add_object(hands, ctx, std::move(bucket), std::move(object));
  } else if (const auto rule = RuleId::parse(subject.rest); rule && event.type == "rule.changed") {
    for (auto& making : hands->popular(*rule)) hands->waiting.push_back(std::move(making));
  }
  if (event.time >= hands->clock.now() - hands->late) co_return;
  hands->skipped.add(static_cast<double>(hands->waiting.size() - before));
  hands->waiting.resize(before);
}

Task<> make_one(SharedHands hands, Context ctx) {
  const auto making = std::move(hands->waiting.front());
  hands->waiting.pop_front();
  try {
    co_await making(std::move(ctx));
    hands->made.add();
  } catch (const Error& error) {  // whoever asks for it is told; what is no picture, or has gone, is no failure
    if (error.fault() != Fault::missing) hands->failed.add();
  }
}

Task<Step> warm_some(SharedHands hands, Context ctx, std::string cursor) {
  Step step{.cursor = cursor};
  if (cursor.empty()) {  // what was there before is not new
    const auto last = co_await hands->events.last_sequence(ctx);
    step.cursor = std::to_string(last);
    co_return step;
  }
  if (cursor != hands->noted) {  // another process was at it meanwhile
    hands->waiting.clear();
    hands->read = std::stoll(cursor);
    hands->noted = cursor;
  }
  const auto until = hands->clock.steady() + hands->most;
  while (!hands->waiting.empty() && hands->has_room()) {
    if (hands->clock.steady() >= until) {
      step.has_more = true;
      co_return step;
    }
    co_await make_one(hands, ctx);
    ++step.done;
  }
  hands->pending.set(static_cast<double>(hands->waiting.size()));
  if (!hands->waiting.empty()) co_return step;

  // All that was read is made.
  step.cursor = hands->noted = std::to_string(hands->read);
  const auto events = co_await hands->events.follow(ctx, hands->read, kEvents);
  for (const auto& event : events) {
    co_await add_wanted(hands, ctx, event);
    hands->read = event.sequence;
    if (!hands->waiting.empty()) break;  // a restart repeats no more than this
  }
  if (hands->waiting.empty()) step.cursor = hands->noted = std::to_string(hands->read);
  hands->pending.set(static_cast<double>(hands->waiting.size()));
  step.has_more = !events.empty();
  co_return step;
}

}  // namespace

Chore prewarming(PrewarmHands hands) {
  const auto shared = std::make_shared<Hands>(std::move(hands));
  return {.name = "prewarm", .every = kEvery, .step = [shared](Context ctx, std::string cursor) {
            return warm_some(shared, std::move(ctx), std::move(cursor));
          }};
}

}  // namespace calotype::lifecycle
