#include "support/fake_engine.h"

#include <charconv>

#include <fmt/format.h>

namespace calotype {

namespace {

/// Small files only: tests' pictures are toys.
Task<std::string> read_all(Context ctx, SharedSource source) {
  std::string text(source->size(), '\0');
  const auto into = std::as_writable_bytes(std::span(text));
  const auto count = co_await source->read_at(ctx, 0, into);
  text.resize(count);
  co_return text;
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

bool take_number(std::string_view& text, int& number) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || number < 1) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

ImageInfo parse_toy(std::string_view text) {
  if (!take(text, "toy ")) throw Error(Fault::unsupported, "probe: no type that is known", "unsupported-type");
  const auto format = format_named(text.substr(0, text.find(' ')));
  if (!format) throw Error(Fault::unsupported, "probe: no type that is known", "unsupported-type");
  text.remove_prefix(name_of(*format).size());
  ImageInfo info{.format = *format};
  const bool is_good = take(text, " ") && take_number(text, info.size.width) && take(text, "x") &&
                       take_number(text, info.size.height) && (!take(text, "x") || take_number(text, info.frames)) &&
                       take(text, "\n");
  if (!is_good) throw Error(Fault::unprocessable, "probe: a header that is cut off", "damaged-image");
  info.is_animated = info.frames > 1 && !is_document(info.format);
  return info;
}

}  // namespace

class FakeEngine::Running {
 public:
  Running(FakeEngine& engine, int& calls) : engine_(engine) {
    const std::lock_guard lock(engine_.mutex_);
    ++calls;
    ++engine_.running_;
  }
  ~Running() {
    const std::lock_guard lock(engine_.mutex_);
    --engine_.running_;
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  FakeEngine& engine_;
};

Task<ImageInfo> FakeEngine::look_at(Context ctx, PageJob page) {
  auto info = co_await probe(ctx, page.original);
  if (page.page > info.frames) throw Error(Fault::unprocessable, "look at a page: there is none", "no-such-frame");
  info.size.width = info.size.width * page.density / 72 + (page.page - 1) * 10;
  info.size.height = info.size.height * page.density / 72;
  co_return info;
}

Task<ImageInfo> FakeEngine::probe(Context ctx, SharedSource original) {
  const Running running(*this, probes_);
  co_await wait(ctx);
  throw_if_told();
  const auto text = co_await read_all(ctx, original);
  {
    const std::lock_guard lock(mutex_);
    const auto found = presets_.find(Digest::of(text));
    if (found != presets_.end()) co_return found->second;
  }
  co_return parse_toy(text);
}

Task<Rendition> FakeEngine::render(Context ctx, RenderJob job) {
  const Running running(*this, renders_);
  {
    const std::lock_guard lock(mutex_);
    last_job_ = job;
  }
  co_await wait(ctx);
  throw_if_told();
  const auto& plan = job.plan;
  const auto size = plan.result;
  const auto& out = plan.output;
  auto text = fmt::format("rendition of {} {}x{} {} q{} steps {} marks {}\n", job.content.hex(), size.width,
                          size.height, name_of(out.format), out.quality, plan.steps.size(), job.marks.size());
  const int frames = out.is_animated ? plan.decode.frames.count : 1;
  co_return Rendition{.body = Bytes::from(std::move(text)), .format = out.format, .size = size, .frames = frames};
}

Task<Measured> FakeEngine::measure(Context ctx, RenderJob job) {
  const Running running(*this, measures_);
  co_await wait(ctx);
  throw_if_told();
  const std::lock_guard lock(mutex_);
  const auto whole = job.plan.decode.info.upright();
  co_return Measured{.kept = measured_.value_or(Box{.width = whole.width, .height = whole.height})};
}

ImageEngine::Admission FakeEngine::admit(TenantId, const Plan&) {
  const std::lock_guard lock(mutex_);
  if (!is_full_) return {};
  return {.refusal = Error(Fault::unavailable, "fake engine: full")};
}

void FakeEngine::set_full() {
  const std::lock_guard lock(mutex_);
  is_full_ = true;
}

bool FakeEngine::is_ready() const {
  const std::lock_guard lock(mutex_);
  return is_ready_;
}

void FakeEngine::preset(ContentHash content, ImageInfo info) {
  const std::lock_guard lock(mutex_);
  presets_.insert_or_assign(content, info);
}

void FakeEngine::set_measured(Box kept) {
  const std::lock_guard lock(mutex_);
  measured_ = kept;
}

void FakeEngine::set_ready(bool is_ready) {
  const std::lock_guard lock(mutex_);
  is_ready_ = is_ready;
}

void FakeEngine::fail(Fault fault, std::string code, int times) {
  const std::lock_guard lock(mutex_);
  failure_ = {.fault = fault, .code = std::move(code), .times = times};
}

void FakeEngine::delay(Milliseconds by) {
  const std::lock_guard lock(mutex_);
  delay_ = by;
}

void FakeEngine::hold() {
  const std::lock_guard lock(mutex_);
  is_held_ = true;
}

void FakeEngine::queue() {
  const std::lock_guard lock(mutex_);
  is_held_ = is_queue_ = true;
}

void FakeEngine::release() {
  const std::lock_guard lock(mutex_);
  is_held_ = is_queue_ = false;
}

int FakeEngine::probes() const {
  const std::lock_guard lock(mutex_);
  return probes_;
}

int FakeEngine::renders() const {
  const std::lock_guard lock(mutex_);
  return renders_;
}

int FakeEngine::measures() const {
  const std::lock_guard lock(mutex_);
  return measures_;
}

int FakeEngine::running() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

std::optional<RenderJob> FakeEngine::last_job() const {
  const std::lock_guard lock(mutex_);
  return last_job_;
}

Task<> FakeEngine::wait(Context ctx) {
  Milliseconds left{0};
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      left = delay_;
      if (is_queue_ && ctx.is_abandoned()) throw Error(Fault::unavailable, "fake engine: nobody waits", kAbandoned);
      if (!is_held_) break;
    }
    const auto soon = std::chrono::steady_clock::now() + Milliseconds(1);
    co_await sleep_until(soon);
  }
  // Without a delay the deadline is not looked at: it may be of a clock that stands still.
  if (left.count() == 0) co_return;
  const auto end = std::chrono::steady_clock::now() + left;
  co_await sleep_until(std::min(end, ctx.deadline));
  if (ctx.deadline < end) throw Error(Fault::timed_out, "fake engine: the deadline passed");
}

void FakeEngine::throw_if_told() {
  const std::lock_guard lock(mutex_);
  if (failure_.times == 0) return;
  if (failure_.times > 0) --failure_.times;
  throw Error(failure_.fault, "fake engine: told to fail", failure_.code);
}

std::string toy_image(ImageFormat format, Size size, int frames, std::string_view rest) {
  const auto more = frames > 1 ? fmt::format("x{}", frames) : "";
  return fmt::format("toy {} {}x{}{}\n{}", name_of(format), size.width, size.height, more, rest);
}

}  // namespace calotype
