#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/clock.h"
#include "core/error.h"
#include "model/plan.h"
#include "model/rendition.h"
#include "model/tenant.h"
#include "ports/byte_source.h"

namespace calotype {

/// What a measuring plan found.
struct Measured {
  Box kept;
};

/// A page of a document, and how it is drawn.
struct PageJob {
  std::optional<ContentHash> content{};  ///< as RenderJob's; not known while it comes in
  SharedSource original;
  int page = 1;
  int density = 72;  ///< pixels an inch
};

/// A place that an engine keeps for a job. Given back when it ends.
class EngineRoom {
 public:
  virtual ~EngineRoom() = default;
};

struct RenderJob {
  TenantId tenant{};  ///< whose it is: tenants share the workers fairly
  /// Remembers content that killed two workers. The rendition key will not do: it is the same bytes that kill.
  ContentHash content;
  SharedSource original;
  Plan plan;
  std::vector<SharedSource> marks;     ///< for plan::Watermark; null: missing, and no step lays it
  std::vector<ImageInfo> mark_infos;   ///< as many
  std::shared_ptr<EngineRoom> room{};  ///< of ImageEngine::admit(); null: it queues up as it comes
  /// Nobody waits for it: it may wait so long for its turn, and then take so long, whatever the engine's own limits
  /// are.
  std::optional<Milliseconds> at_leisure{};
};

/// Handles pixels, elsewhere: nothing that an original can do reaches this process. What has not begun when its context
/// is abandoned may throw unavailable with the code kAbandoned.
/// Thread: any.
class ImageEngine {
 public:
  virtual ~ImageEngine() = default;

  struct Admission {
    std::optional<Error> refusal{};
    std::shared_ptr<EngineRoom> room{};
  };

  /// Sniffs the type and reads the header; decodes nothing.
  /// Throws: unsupported (no type that we read), unprocessable (a header that lies or is cut off), timed_out,
  /// unavailable (no worker came free in time).
  /// Of a document, where they are taken, its first page.
  virtual Task<ImageInfo> probe(Context ctx, SharedSource original) = 0;

  /// What a page of a document is, so drawn. Throws as probe; unprocessable with code "no-such-frame" where it has
  /// fewer pages.
  virtual Task<ImageInfo> look_at(Context ctx, PageJob job) = 0;

  /// Runs a plan. Throws: unprocessable (damaged picture, or one that killed its worker: code "decoder-failed"),
  /// timed_out, unavailable (queue full, or no worker), too_large (over the budget).
  virtual Task<Rendition> render(Context ctx, RenderJob job) = 0;

  /// A place among the jobs that wait, kept while what a job needs is opened: before anything is opened for it. Or what
  /// render() and measure() would throw of such a plan at once, because too much waits already: unavailable, throttled.
  virtual Admission admit(TenantId tenant, const Plan& plan) = 0;

  /// Runs a measuring plan.
  virtual Task<Measured> measure(Context ctx, RenderJob job) = 0;

  /// True when at least one worker is up.
  virtual bool is_ready() const = 0;
};

}  // namespace calotype
