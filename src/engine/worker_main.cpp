// calotype-worker: reads, decodes and encodes pictures for a server, one at a time, and can do nothing else. Started by
// adapters/workers with its end of the job socket as descriptor 3; ends when that socket closes or the server dies.

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmodule.h>
#include <vips/vips.h>

#include "cell/attempts.h"
#include "cell/channel.h"
#include "cell/memory.h"
#include "cell/message.h"
#include "core/error.h"
#include "engine/engine.h"
#include "probe/probe.h"
#include "sandbox/sandbox.h"

namespace calotype {
namespace {

constexpr int kJobSocket = 3;
/// Room above the budgets for what libvips maps at its busiest: thread stacks, arenas, buffers. Measured: below 200 MB
/// a plain resize fails (reliability.md, R1).
constexpr std::uint64_t kFloorBytes = std::uint64_t{200} << 20U;

struct Arguments {
  pid_t parent = 0;
  std::uint64_t memory_bytes = 0;  ///< the largest budget that a job can have
  bool takes_test_jobs = false;
  bool takes_documents = false;
};

Arguments parse_arguments(std::span<char*> words) {
  Arguments arguments;
  const auto number = [&](std::size_t i, auto& into) {
    const std::string_view text = i < words.size() ? words[i] : "";
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), into);
    if (fault != std::errc() || end != text.data() + text.size()) {
      throw Error(Fault::invalid, fmt::format("start a worker: \"{}\" is no number", text));
    }
  };
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "--parent") {
      number(++i, arguments.parent);
    } else if (word == "--memory") {
      number(++i, arguments.memory_bytes);
    } else if (word == "--test-jobs") {
      arguments.takes_test_jobs = true;
    } else if (word == "--documents") {
      arguments.takes_documents = true;
    } else {
      throw Error(Fault::invalid,
                  fmt::format("start a worker: unknown argument \"{}\"; it is started by the server", word));
    }
  }
  if (arguments.parent == 0) throw Error(Fault::invalid, "start a worker: it is started by the server, not by hand");
  return arguments;
}

/// A server that is killed takes its workers along; one that died before this line has another process id now.
void die_with(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (::getppid() != parent) std::_Exit(EXIT_SUCCESS);
  std::signal(SIGPIPE, SIG_IGN);
}

/// Loads the one codec that Debian keeps in a module of libvips' own, and Poppler's for documents. Its other modules
/// (ImageMagick, OpenSlide, JPEG XL) decode what is refused here; they stay out of the process, which also starts in
/// half the time: the pool's environment hides the folder (VIPSHOME) from libvips. A libvips with HEIF built in has no
/// such file, and engine::warm_up finds out whether all is there.
void load_modules(bool takes_documents) {
  if (vips_init("calotype-worker") != 0) throw Error(Fault::internal, "start libvips: it failed");
  for (const char* file : {CALOTYPE_VIPS_MODULES "/vips-heif.so", CALOTYPE_VIPS_MODULES "/vips-poppler.so"}) {
    if (!takes_documents && std::string_view(file).ends_with("poppler.so")) continue;
    if (GModule* const module = g_module_open(file, G_MODULE_BIND_LAZY)) g_module_make_resident(module);
  }
}

// ---- misbehaviour on demand, for the tests of the pool ----

/// Grows until memory ends, as a hostile picture may make a codec do.
void eat_memory() {
  constexpr std::size_t kPiece = std::size_t{16} << 20U;
  std::vector<std::vector<char>> eaten;
  for (;;) eaten.emplace_back(kPiece, '\1');
}

/// What an original that begins so makes a worker do which was started with --test-jobs.
constexpr std::string_view kTestPrefix = "calotype-test:";

void misbehave(std::span<const std::byte> original) {
  const std::string_view text(reinterpret_cast<const char*>(original.data()), original.size());
  if (!text.starts_with(kTestPrefix)) return;
  const auto what = text.substr(kTestPrefix.size());
  if (what.starts_with("segfault")) std::raise(SIGSEGV);
  if (what.starts_with("abort")) std::abort();
  if (what.starts_with("exit")) std::_Exit(EXIT_SUCCESS);
  if (what.starts_with("eat")) eat_memory();
  if (what.starts_with("lie")) (void)cell::send_message(kJobSocket, "this is no answer", {});
  for (volatile bool forever = what.starts_with("loop"); forever;) {
  }
  while (what.starts_with("sleep")) std::this_thread::sleep_for(std::chrono::seconds(60));
}

// ---- one job ----

/// What came along with a job, mapped. The files are closed at once: a mapping needs none.
struct Delivery {
  cell::Mapping original;
  cell::Mapping output;
  std::vector<cell::Mapping> marks;
};

Delivery unpack(const cell::Job& job, const std::vector<Fd>& descriptors) {
  if (descriptors.size() != job.descriptors()) throw Error(Fault::internal, "take a job: descriptors are missing");
  Delivery delivery;
  std::size_t next = 0;
  if (job.original_bytes > 0) {
    delivery.original = {descriptors[next++].get(), job.original_bytes, cell::Mapping::Access::read};
  }
  if (job.output_bytes > 0) {
    delivery.output = {descriptors[next++].get(), job.output_bytes, cell::Mapping::Access::write};
  }
  for (const auto bytes : job.mark_bytes) {
    if (bytes == 0) {
      delivery.marks.emplace_back();
      continue;
    }
    delivery.marks.emplace_back(descriptors[next++].get(), bytes, cell::Mapping::Access::read);
  }
  return delivery;
}

void render(const cell::Job& job, Delivery& delivery, const engine::Input& input, cell::Answer& answer) {
  const auto rendered = engine::render(job.plan, input);
  const auto room = delivery.output.room();
  if (rendered.body.size() > room.size()) {
    throw Error(Fault::too_large,
                fmt::format("hand over a rendition: {} bytes, at most {}", rendered.body.size(), room.size()));
  }
  std::memcpy(room.data(), rendered.body.data(), rendered.body.size());
  answer.body_bytes = rendered.body.size();
  answer.size = rendered.size;
  answer.frames = rendered.frames;
}

void perform(const cell::Job& job, Delivery& delivery, cell::Answer& answer) {
  engine::Input input{.original = delivery.original.view(), .marks = {}, .mark_infos = job.mark_infos};
  for (const auto& mark : delivery.marks) input.marks.push_back(mark.view());
  switch (job.kind) {
    case cell::JobKind::probe: answer.info = probe::probe(input.original); break;
    case cell::JobKind::render: render(job, delivery, input, answer); break;
    case cell::JobKind::measure: answer.kept = engine::measure(job.plan, input); break;
    case cell::JobKind::page: answer.info = engine::look_at(job.plan, input); break;
    case cell::JobKind::attempt: {
      const auto attempt = static_cast<cell::Attempt>(job.argument);
      if (attempt > cell::kLastAttempt) throw Error(Fault::internal, "make an attempt: there is no such one");
      if (const int failure = cell::make_attempt(attempt); failure != 0) {
        throw Error(Fault::denied, fmt::format("{}: {}", name_of(attempt), std::strerror(failure)));
      }
      break;
    }
  }
}

std::uint64_t micros(const timeval& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(time.tv_usec);
}

rusage usage() {
  rusage now{};
  ::getrusage(RUSAGE_SELF, &now);
  return now;
}

cell::Answer answer_to(const cell::Job& job, const std::vector<Fd>& descriptors, bool takes_test_jobs) {
  cell::Answer answer{.id = job.id};
  try {
    auto delivery = unpack(job, descriptors);
    if (takes_test_jobs) misbehave(delivery.original.view());
    perform(job, delivery, answer);
    answer.is_ok = true;
  } catch (const Error& error) {
    answer.fault = error.fault();
    answer.code = error.code();
    answer.message = error.what();
  } catch (const std::bad_alloc&) {
    answer.fault = Fault::unprocessable;
    answer.code = "image-too-large";
    answer.message = "handle a picture: it takes more memory than its job may use";
  } catch (const std::exception& error) {
    answer.message = error.what();
  }
  return answer;
}

void serve(const Arguments& arguments) {
  constexpr std::size_t kMostDescriptors = 2 + cell::kMaxMarks;
  while (const auto received = cell::receive_message(kJobSocket, kMostDescriptors, cell::Wait::yes)) {
    const auto before = usage();
    const auto job = cell::decode_job(received->message);
    auto answer = answer_to(job, received->descriptors, arguments.takes_test_jobs);
    const auto after = usage();
    answer.cpu_micros =
        micros(after.ru_utime) + micros(after.ru_stime) - micros(before.ru_utime) - micros(before.ru_stime);
    answer.peak_bytes = static_cast<std::uint64_t>(after.ru_maxrss) * 1024;
    if (!cell::send_message(kJobSocket, cell::encode(answer), {})) return;
  }
}

void work(const Arguments& arguments) {
  die_with(arguments.parent);
  sandbox::Limits limits{.job_socket = kJobSocket, .reads_fonts = arguments.takes_documents};
  auto layers = sandbox::prepare(limits);
  load_modules(arguments.takes_documents);
  engine::warm_up(arguments.takes_documents ? engine::Intake::documents : engine::Intake::pictures);
  const auto mapped = sandbox::mapped_bytes();
  if (arguments.memory_bytes > 0) limits.address_space_bytes = mapped + kFloorBytes + arguments.memory_bytes;
  layers = sandbox::enter(limits, layers);
  const cell::Ready ready{
      .layers = layers.bits(), .landlock_abi = layers.landlock_abi, .address_space = mapped + kFloorBytes};
  if (cell::send_message(kJobSocket, cell::encode(ready), {})) serve(arguments);
}

}  // namespace
}  // namespace calotype

int main(int count, char** words) {
  try {
    calotype::work(calotype::parse_arguments({words, static_cast<std::size_t>(count)}));
  } catch (const std::exception& error) {
    fmt::print(stderr, "calotype-worker: {}\n", error.what());
    std::fflush(stderr);
    std::_Exit(EXIT_FAILURE);
  }
  std::_Exit(EXIT_SUCCESS);  // no clean-up: libvips' would only cost time, and the sandbox forbids what it needs
}
