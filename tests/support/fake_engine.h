#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "core/error.h"
#include "ports/image_engine.h"

namespace calotype {

/// An ImageEngine without pixels. What probe() says is told beforehand by content, or written in the content itself:
/// see toy_image(). render() gives a line that names the content, the size, the format and the quality: equal jobs give
/// equal bytes. Thread: any.
class FakeEngine final : public ImageEngine {
 public:
  Task<ImageInfo> probe(Context ctx, SharedSource original) override;
  /// Each page of a toy document is ten pixels wider than the one before.
  Task<ImageInfo> look_at(Context ctx, PageJob job) override;
  Admission admit(TenantId tenant, const Plan& plan) override;
  Task<Rendition> render(Context ctx, RenderJob job) override;
  Task<Measured> measure(Context ctx, RenderJob job) override;
  bool is_ready() const override;

  /// What probe() gives for these bytes.
  void preset(ContentHash content, ImageInfo info);
  /// What measure() gives; without it, the whole frame.
  void set_measured(Box kept);
  void set_ready(bool is_ready);
  /// From now on there is no room for anything: admit() says unavailable, and nothing else does.
  void set_full();

  /// The next `times` calls of probe, render and measure throw this. -1: all of them, until fail(..., 0).
  void fail(Fault fault, std::string code = {}, int times = 1);
  /// Every later call takes so long by the system's clock, or until the deadline of its context: then timed_out.
  void delay(Milliseconds by);
  /// Later calls wait until release(): for tests of what happens meanwhile.
  void hold();
  /// The same, but as in a queue: a call that nobody waits for any more throws kAbandoned.
  void queue();
  void release();

  int probes() const;
  int renders() const;
  int measures() const;
  /// Calls that have begun and not ended.
  int running() const;
  std::optional<RenderJob> last_job() const;

 private:
  struct Failure {
    Fault fault = Fault::internal;
    std::string code;
    int times = 0;
  };
  class Running;

  Task<> wait(Context ctx);
  void throw_if_told();

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::map<ContentHash, ImageInfo> presets_;
  std::optional<Box> measured_;
  std::optional<RenderJob> last_job_;
  Failure failure_;
  Milliseconds delay_{0};
  bool is_held_ = false;
  bool is_queue_ = false;
  bool is_ready_ = true;
  bool is_full_ = false;
  int probes_ = 0;
  int renders_ = 0;
  int measures_ = 0;
  int running_ = 0;
};

/// Bytes that FakeEngine::probe() understands: "toy <format> <width>x<height>", and "x<frames>" where there are
/// several, then a new line and `rest`, which makes two pictures differ.
std::string toy_image(ImageFormat format, Size size, int frames = 1, std::string_view rest = "");

}  // namespace calotype
