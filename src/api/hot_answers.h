#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "delivery/delivery.h"
#include "http/message.h"

namespace calotype::api {

/// Renditions that were answered a moment ago, with their fields as they are sent. Whoever sends the same request
/// within delivery::kRepeatable gets the same answer, and nothing is looked up, decided or written anew for him; any
/// change that this process is told of ends all of them. It keeps no picture alive that memory has let go, but of the
/// few that go on being asked for a copy that is sent without being copied again. Of a fixed size: an answer takes the
/// place of another. Where renditions are dropped, all of it goes at once. Thread: any.
class HotAnswers {
 public:
  HotAnswers(delivery::Delivery& delivery, const Clock& clock, telemetry::Metrics& metrics);

  /// Counts what it gives.
  std::optional<http::Response> find(const http::Request& request);

  /// Which state of things an answer was decided in: to be asked for before.
  std::uint64_t now() const { return delivery_.changes(); }
  /// Keeps an answer that may be repeated; passes over every other. `decided`: as now() was.
  void keep(const http::Request& request, const http::Response& response, std::uint64_t decided);

  /// Lets go of all of them.
  void clear();

 private:
  struct Hot {
    std::string key;  ///< the request, as far as its answer depends on it
    int status = 200;
    std::shared_ptr<const std::string> fields;
    std::weak_ptr<const void> owner;  ///< of the body; a 304 has none
    std::span<const std::byte> body;
    std::shared_ptr<const http::FilePart> file;  ///< the body again; null: it has not been asked for long enough
    std::string route;
    SteadyTime until;
    std::uint64_t decided = 0;
  };
  struct Slot {
    std::mutex mutex;
    std::shared_ptr<const Hot> hot;  ///< guarded by mutex
  };

  Slot& slot_of(const std::string& key);
  std::shared_ptr<const http::FilePart> file_for(const Hot* before, const Hot& hot, const Bytes& body);
  void sweep();

  static constexpr std::size_t kSlots = 1024;
  delivery::Delivery& delivery_;
  const Clock& clock_;
  telemetry::Counter repeated_;
  std::vector<Slot> slots_{kSlots};
  std::atomic<std::size_t> swept_{0};
  std::shared_ptr<std::atomic<int>> files_ = std::make_shared<std::atomic<int>>(0);  ///< that are open
};

/// Answers from `hot` where it can, else by the handler.
http::Handler with_hot_answers(http::Handler handler, std::shared_ptr<HotAnswers> hot);

}  // namespace calotype::api
