#include "http/watch.h"

#include <exception>

#include <boost/asio/co_spawn.hpp>

namespace calotype::http {

namespace {

constexpr Milliseconds kEvery{50};
/// What is answered sooner is not looked at: what comes from the cache, and the quick requests of a client who closes
/// his side as soon as he has asked.
constexpr Milliseconds kYoung{100};

SteadyTime now() { return std::chrono::steady_clock::now(); }

}  // namespace

Watched::Watched(Watch& watch, Connection& connection, const RequestBody& body, SteadyTime started)
    : connection_(connection), body_(body), started_(started) {
  watch.add(*this);
}

void Watch::add(Watched& one) {
  all_.push_back(one);
  if (is_looking_) return;
  is_looking_ = true;
  boost::asio::co_spawn(one.connection_.executor(), look_now_and_then(), [](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  });
}

Task<> Watch::look_now_and_then() {
  while (!all_.empty()) {
    co_await sleep_until(now() + kEvery);
    look();
  }
  is_looking_ = false;
}

/// The kernel is asked once for all of them.
void Watch::look() {
  asked_.clear();
  askers_.clear();
  const auto young = now() - kYoung;
  for (auto& one : all_) {
    if (one.started_ > young) break;
    // While a body comes in, whoever reads it sees its end.
    if (one.has_left() || !one.body_.is_done()) continue;
    asked_.push_back({.fd = one.connection_.descriptor(), .events = POLLRDHUP, .revents = 0});
    askers_.push_back(&one);
  }
  if (asked_.empty() || ::poll(asked_.data(), asked_.size(), 0) <= 0) return;
  for (std::size_t i = 0; i < asked_.size(); ++i) {
    // Whoever is woken by this runs later.
    if (asked_[i].revents != 0 && askers_[i]->connection_.has_ended()) askers_[i]->source_.request_stop();
  }
}

}  // namespace calotype::http
