#include "adapters/workers/worker_pool.h"

#include <signal.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>

#include "adapters/workers/pool_fixture.h"
#include "core/fd.h"
#include "support/temp_dir.h"

namespace calotype::workers {
namespace {

using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Not;

// ---- sources ----

class FileSource final : public ByteSource {
 public:
  explicit FileSource(const std::string& path) : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  std::uint64_t size() const override {
    struct stat facts{};
    ::fstat(file_.get(), &facts);
    return static_cast<std::uint64_t>(facts.st_size);
  }
  Task<std::size_t> read_at(Context, std::uint64_t, std::span<std::byte>) override {
    throw Error(Fault::internal, "nobody should read this file here");
    co_return 0;
  }
  int descriptor() const override { return file_.get(); }

 private:
  Fd file_;
};

/// What /proc tells of a process behind its name: state, parent, ...
std::vector<std::string> process_facts(int process_id) {
  std::ifstream file("/proc/" + std::to_string(process_id) + "/stat");
  std::string line;
  std::getline(file, line);
  std::istringstream rest(line.substr(std::min(line.size(), line.rfind(')') + 1)));
  return {std::istream_iterator<std::string>(rest), {}};
}

/// As ps tells it: 'S' sleeps, 'T' is stopped.
char process_state(int process_id) {
  const auto facts = process_facts(process_id);
  return facts.empty() ? '?' : facts.front().front();
}

/// Clock ticks that it has computed.
long ticks(int process_id) {
  const auto facts = process_facts(process_id);
  return facts.size() < 12 ? 0 : std::stol(facts[11]);
}

/// Most tests share one pool, and leave it whole: a start costs a third of a second.
class Pool : public testing::Test {
 protected:
  static void SetUpTestSuite() { bench_ = std::make_unique<Bench>(); }
  static void TearDownTestSuite() { bench_.reset(); }
  void SetUp() override {
    ASSERT_TRUE(eventually([] { return bench_->up() == 2; }));
  }
  static Bench& bench() { return *bench_; }

 private:
  inline static std::unique_ptr<Bench> bench_;
};

// ---- work ----

TEST_F(Pool, ProbesRendersAndMeasures) {
  const auto info = bench().probe(text(sample("baseline.jpg"))).get();
  const auto rendition = bench().render(job()).get();
  auto trim = job();
  trim.plan.steps = {plan::FindTrim()};
  trim.plan.result = {};
  const auto measured = bench().caller.start(bench().pool->measure(patient(), trim)).get();

  EXPECT_EQ(info.size, (Size{.width = 24, .height = 16}));
  EXPECT_EQ(rendition.size, (Size{.width = 12, .height = 8}));
  EXPECT_EQ(rendition.format, ImageFormat::png);
  EXPECT_EQ(rendition.body.text().substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_GT(measured.kept.width, 0);
  EXPECT_LE(measured.kept.width, 24);
}

TEST_F(Pool, HandlesEveryTypeInsideTheSandbox) {
  // A system call that a codec needs and the filter forbids would kill the worker here.
  for (const auto& entry : std::filesystem::directory_iterator(CALOTYPE_PROBE_CORPUS)) {
    const auto name = entry.path().filename().string();
    auto any = job(sample(name));
    any.plan.decode.info = bench().probe(text(sample(name))).get();
    any.plan.budget.pixels = any.plan.decode.info.size.pixels();
    for (const auto format : {ImageFormat::jpg, ImageFormat::webp}) {
      any.plan.output.format = format;
      EXPECT_EQ(bench().render(any).get().size.width, 12) << name;
    }
  }
  for (const auto format : kImageFormats) {
    if (format == ImageFormat::heic || is_document(format)) continue;
    auto one = job();
    one.plan.output.format = format;
    EXPECT_EQ(bench().render(one).get().format, format);
  }
  for (const auto format : kInfoFormats) {
    auto one = job();
    one.plan.output.format = format;
    EXPECT_FALSE(bench().render(one).get().body.text().empty()) << name_of(format);
  }
}

TEST_F(Pool, HandlesABigPictureInsideTheSandbox) {
  auto big = heavy(job());
  big.plan.steps = {plan::Resize{.size = {.width = 3000, .height = 2000}}, plan::Blur{.values = {.sigma = 2}}};
  big.plan.result = {.width = 3000, .height = 2000};
  big.plan.output.format = ImageFormat::jpg;

  EXPECT_EQ(bench().render(big).get().size, (Size{.width = 3000, .height = 2000}));
}

TEST_F(Pool, HandsFilesOverWithoutReadingThem) {
  auto from_file = job();
  from_file.original = std::make_shared<FileSource>(sample_path("baseline.jpg"));

  EXPECT_EQ(bench().render(from_file).get().body.text(), bench().render(job()).get().body.text());
}

TEST_F(Pool, LaysWatermarks) {
  auto marked = job();
  marked.marks = {text(sample("alpha.png"))};
  marked.mark_infos = {{.format = ImageFormat::png, .size = {.width = 24, .height = 16}, .has_alpha = true}};
  marked.plan.steps.emplace_back(
      plan::Watermark{.mark = 0, .size = {.width = 4, .height = 4}, .positions = {{.x = 1, .y = 1}}});

  const auto rendition = bench().render(marked).get();

  EXPECT_NE(rendition.body.text(), bench().render(job()).get().body.text());
}

TEST_F(Pool, GoesOnWithoutAMarkThatIsMissing) {
  auto marked = job();
  marked.marks = {nullptr};
  marked.mark_infos = {ImageInfo()};

  EXPECT_EQ(bench().render(marked).get().body.text(), bench().render(job()).get().body.text());
}

TEST_F(Pool, ServesManyAtOnce) {
  std::vector<std::future<Rendition>> all;
  for (int i = 0; i < 30; ++i) all.push_back(bench().render(i % 3 == 0 ? heavy(job()) : job()));

  for (auto& each : all) EXPECT_EQ(each.get().size.width, 12);
}

TEST_F(Pool, PassesOnWhatTheWorkerRefuses) {
  EXPECT_EQ(refusal(bench().probe(text("no picture"))).fault(), Fault::unsupported);
  EXPECT_EQ(refusal(bench().probe(text(""))).fault(), Fault::unsupported);
  EXPECT_EQ(refusal(bench().probe(text(sample("rgb.png").substr(0, 30)))).code(), "image-damaged");
}

TEST_F(Pool, RefusesMoreMarksThanItCanHandOver) {
  auto marked = job();
  marked.marks.assign(20, text("x"));
  marked.mark_infos.assign(20, ImageInfo());

  EXPECT_EQ(refusal(bench().render(marked)).fault(), Fault::unprocessable);
}

TEST_F(Pool, RefusesAPlanThatIsTooLongAndWorksOn) {
  auto endless = job();
  endless.plan.steps.emplace_back(
      plan::Watermark{.size = {.width = 1, .height = 1}, .positions = std::vector<Point>(100'000)});

  EXPECT_EQ(refusal(bench().render(endless)).fault(), Fault::unprocessable);
  EXPECT_EQ(bench().render(job()).get().size.width, 12);
}

TEST_F(Pool, CountsWhatItDoes) {
  (void)bench().render(job()).get();

  EXPECT_TRUE(bench().has("calotype_workers_jobs_total{kind=\"render\",outcome=\"ok\"}"));
  EXPECT_TRUE(bench().has("calotype_workers_up{lane=\"light\"} 1"));
  EXPECT_TRUE(bench().has("calotype_workers_cpu_seconds_total"));
}

// ---- workers that die ----

class Death : public Pool, public testing::WithParamInterface<const char*> {};

TEST_P(Death, CostsItsRequestAlone) {
  const auto other = bench().render(heavy(job()));
  const std::string kind = std::string(GetParam()) + " once";

  const auto error = refusal(bench().render(bad_job(kind)));

  EXPECT_EQ(error.fault(), Fault::unprocessable);
  EXPECT_EQ(error.code(), "decoder-failed");
  other.wait();
  EXPECT_EQ(bench().render(job()).get().size.width, 12);
}

INSTANTIATE_TEST_SUITE_P(By, Death, testing::Values("segfault", "abort", "exit", "lie"),
                         [](const auto& info) { return std::string(info.param); });

TEST_F(Pool, LosesOneRequestWhenAWorkerIsKilled) {
  auto victim = bench().render(bad_job("loop until killed"));
  ASSERT_TRUE(eventually([] { return bench().busy(LaneKind::light).has_value(); }));
  auto waiting = bench().render(job());
  auto other_lane = bench().render(heavy(job()));
  const int process = *bench().busy(LaneKind::light);
  const auto before = ticks(process);
  ASSERT_TRUE(eventually([&] { return ticks(process) > before + 2; })) << "it did not begin";

  ::kill(process, SIGKILL);

  EXPECT_EQ(refusal(std::move(victim)).code(), "decoder-failed");
  EXPECT_EQ(other_lane.get().size.width, 12);
  EXPECT_EQ(waiting.get().size.width, 12);
}

TEST_F(Pool, ComesBackWhenAnIdleWorkerIsKilled) {
  const auto before = bench().pool->workers().front().process_id;

  ::kill(before, SIGKILL);

  EXPECT_TRUE(eventually([&] { return bench().up() == 2 && bench().pool->workers().front().process_id != before; }));
  EXPECT_EQ(bench().render(job()).get().size.width, 12);
}

TEST_F(Pool, GivesAJobToTheNextWorkerWhenOneDiesBeforeItHasReadIt) {
  const auto first = bench().pool->workers().front().process_id;
  ::kill(first, SIGSTOP);
  ASSERT_TRUE(eventually([&] { return process_state(first) == 'T'; }));
  auto rendition = bench().render(job());
  ASSERT_TRUE(eventually([] { return bench().busy(LaneKind::light).has_value(); }));

  ::kill(first, SIGKILL);

  EXPECT_EQ(rendition.get().size.width, 12);
}

TEST_F(Pool, RefusesContentThatHasKilledTwoWorkers) {
  const auto killer = bad_job("segfault twice");
  EXPECT_EQ(refusal(bench().render(killer)).code(), "decoder-failed");
  EXPECT_EQ(refusal(bench().render(killer)).code(), "decoder-failed");
  ASSERT_TRUE(eventually([] { return bench().up() == 2; }));
  const auto before = bench().pool->workers();

  const auto error = refusal(bench().render(killer));

  EXPECT_EQ(error.fault(), Fault::unprocessable);
  EXPECT_EQ(error.code(), "decoder-failed");
  EXPECT_TRUE(bench().has("calotype_workers_jobs_total{kind=\"render\",outcome=\"known_bad\"} 1"));
  EXPECT_EQ(bench().pool->workers().front().process_id, before.front().process_id);
}

#ifndef CALOTYPE_SANITIZED  // where there is no RLIMIT_AS
TEST_F(Pool, RefusesAPictureThatEatsMemoryAndKeepsTheWorker) {
  const auto before = bench().pool->workers();

  const auto error = refusal(bench().render(bad_job("eat")));

  EXPECT_EQ(error.fault(), Fault::unprocessable);
  EXPECT_EQ(error.code(), "image-too-large");
  EXPECT_EQ(bench().render(job()).get().size.width, 12);
}
#endif

// ---- deadlines and queues ----

TEST_F(Pool, EndsAJobAtItsRequestsDeadline) {
  const auto began = steady_clock::now();

  const auto error =
      refusal(bench().render(bad_job("loop"), {.deadline = began + Milliseconds(200), .request_id = "short"}));

  EXPECT_EQ(error.fault(), Fault::timed_out);
  EXPECT_EQ(bench().render(job()).get().size.width, 12);
}

TEST_F(Pool, DoesNotBeginAJobWhoseDeadlineHasPassed) {
  EXPECT_EQ(
      refusal(bench().render(job(), {.deadline = steady_clock::now() - Seconds(1), .request_id = "late"})).fault(),
      Fault::timed_out);
}

TEST(PoolDeadline, KillsAWorkerThatComputesForEver) {
  auto options = test_options();
  options.job_deadline = Milliseconds(300);
  Bench bench(options);
  ASSERT_TRUE(eventually([&] { return bench.up() == 2; }));
  const auto slow = bad_job("loop");
  const auto began = steady_clock::now();

  const auto error = refusal(bench.render(slow));

  EXPECT_EQ(error.fault(), Fault::unprocessable);
  EXPECT_EQ(error.code(), "too-slow");
  EXPECT_GE(steady_clock::now() - began, Milliseconds(300));
  // A second time, and the same plan is not tried again; another plan for the same content is.
  EXPECT_EQ(refusal(bench.render(slow)).code(), "too-slow");
  EXPECT_EQ(refusal(bench.render(slow)).code(), "decoder-failed");
  auto another = slow;
  another.plan.output.quality = 1;
  EXPECT_EQ(refusal(bench.render(another)).code(), "too-slow");
}

TEST(PoolDocuments, AreNotRefusedForWhatOthersDid) {
  auto options = test_options();
  options.document_workers = 1;
  Bench bench(options);
  ASSERT_TRUE(eventually([&] { return bench.up() == 3; }));
  const auto refusal = [&](const std::string& content, bool is_named) {
    PageJob page{.original = text(content)};
    if (is_named) page.content = Digest::of(content);
    try {
      bench.look_at(std::move(page)).get();
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("it was taken");
  };

  for (int i = 0; i < 3; ++i) EXPECT_THAT(refusal("calotype-test:segfault", false), HasSubstr("the decoder stopped"));
  EXPECT_THAT(refusal("%PDF-1.4 is none", true), Not(HasSubstr("decoder"))) << "another's document is tried";
  for (int i = 0; i < 2; ++i) EXPECT_THAT(refusal("calotype-test:abort", true), HasSubstr("the decoder stopped"));
  EXPECT_THAT(refusal("calotype-test:abort", true), HasSubstr("has stopped the decoder twice")) << "it is not tried";
  EXPECT_THAT(refusal("%PDF-1.4 is none", true), Not(HasSubstr("decoder")));
}

TEST(PoolOriginal, MayBeLargerThanWhatAJobMayUse) {
  constexpr std::uint64_t kBytes = std::uint64_t{3} << 30U;
  const TempDir folder;
  const auto path = (folder / "large.jpg").string();
  std::ofstream(path, std::ios::binary) << sample("baseline.jpg");
  std::filesystem::resize_file(path, kBytes);  // a hole: it takes no room
  auto options = test_options();
  options.memory_bytes = std::uint64_t{256} << 20U;
  options.original_bytes = kBytes;
  Bench bench(options);
  ASSERT_TRUE(eventually([&] { return bench.up() == 2; }));

  EXPECT_EQ(bench.probe(std::make_shared<FileSource>(path)).get().size, (Size{.width = 24, .height = 16}));
}

TEST(PoolQueue, RefusesAtOnceWhenItIsFull) {
  auto options = test_options();
  options.queue_bound = 1;
  options.queue_wait = Milliseconds(300);
  Bench bench(options);
  ASSERT_TRUE(eventually([&] { return bench.up() == 2; }));
  auto running = bench.render(bad_job("sleep in a full queue"));
  ASSERT_TRUE(eventually([&] { return bench.busy(LaneKind::light).has_value(); }));
  auto waiting = bench.render(job());
  ASSERT_TRUE(eventually([&] { return bench.has("calotype_workers_queue_length{lane=\"light\"} 1"); }));

  const auto error = refusal(bench.render(job()));

  EXPECT_EQ(error.fault(), Fault::unavailable);
  EXPECT_THAT(error.what(), HasSubstr("too many"));
  EXPECT_NE(waiting.wait_for(Seconds(0)), std::future_status::ready) << "the refusal took as long as the queue's wait";
  EXPECT_THAT(refusal(std::move(waiting)).what(), HasSubstr("in time"));
  // The heavy lane is another queue.
  EXPECT_EQ(bench.render(heavy(job())).get().size.width, 12);
  bench.pool.reset();
  EXPECT_EQ(refusal(std::move(running)).fault(), Fault::unavailable);
}

/// Which one it was to be done, of all that count on the caller's loop.
Task<int> place_of(Task<Rendition> task, int& next) {
  const auto rendition = co_await std::move(task);
  EXPECT_EQ(rendition.size.width, 12);
  co_return next++;
}

TEST(PoolQueue, ATenantThatFloodsItHoldsUpNobodyElse) {
  auto options = test_options();
  options.queue_bound = 8;
  Bench bench(options);
  ASSERT_TRUE(eventually([&] { return bench.up() == 2; }));
  const auto of = [](RenderJob value, TenantId tenant) {
    value.tenant = tenant;
    value.plan.budget.cost = 1000;
    return value;
  };
  const auto flood = TenantId::random();
  const auto calm = TenantId::random();
  auto running = bench.render(of(bad_job("sleep before a flood"), flood));
  ASSERT_TRUE(eventually([&] { return bench.busy(LaneKind::light).has_value(); }));
  int next = 0;
  const auto place = [&](TenantId tenant) {
    return bench.caller.start(place_of(bench.pool->render(patient(), of(job(), tenant)), next));
  };
  std::vector<std::future<int>> waiting;
  for (int i = 0; i < 8; ++i) waiting.push_back(place(flood));
  ASSERT_TRUE(eventually([&] { return bench.has("calotype_workers_queue_length{lane=\"light\"} 8"); }));

  auto first = place(calm);
  // The last of the flood gives way, and whoever goes on flooding is told so.
  EXPECT_EQ(refusal(std::move(waiting.back())).fault(), Fault::throttled);
  waiting.pop_back();
  const auto error = refusal(bench.render(of(job(), flood)));
  EXPECT_EQ(error.fault(), Fault::throttled);
  EXPECT_EQ(error.code(), "too-many-waiting");

  ::kill(*bench.busy(LaneKind::light), SIGKILL);
  EXPECT_LE(first.get(), 3) << "it came before most of the flood";
  for (auto& one : waiting) EXPECT_GE(one.get(), 0);
  refusal(std::move(running));
}

// ---- life and death of the pool ----

TEST(PoolLife, ReplacesAWorkerAfterItsJobs) {
  auto options = test_options();
  options.recycle_jobs = 2;
  Bench bench(options);
  ASSERT_TRUE(eventually([&] { return bench.up() == 2; }));

  for (int i = 0; i < 5; ++i) EXPECT_EQ(bench.probe(text(sample("rgb.png"))).get().size.width, 24);

  EXPECT_TRUE(eventually([&] { return bench.has("calotype_workers_ends_total{reason=\"recycled_jobs\"} 2"); }));
}

TEST(PoolLife, ReplacesAWorkerThatKeepsMemory) {
  auto options = test_options();
  options.recycle_growth_bytes = 0;
  Bench bench(options);
  ASSERT_TRUE(eventually([&] { return bench.up() == 2; }));

  auto new_to_it = job();
  new_to_it.plan.output.format = ImageFormat::avif;

  EXPECT_EQ(bench.render(new_to_it).get().size.width, 12);

  EXPECT_TRUE(eventually([&] { return bench.has("calotype_workers_ends_total{reason=\"recycled_memory\"} 1"); }));
  EXPECT_EQ(bench.render(job()).get().size.width, 12);
}

TEST(PoolLife, IsNotReadyWithoutTheProgramAndSpacesOutItsStarts) {
  auto options = test_options();
  options.binary = "/nonexistent/calotype-worker";
  options.first_pause = Milliseconds(50);
  options.queue_wait = Milliseconds(20);
  const auto began = steady_clock::now();
  Bench bench(options);

  EXPECT_EQ(refusal(bench.render(job())).fault(), Fault::unavailable);
  EXPECT_FALSE(bench.pool->is_ready());
  // Two places fail at once, and then one at a time.
  ASSERT_TRUE(eventually([&] { return bench.has("calotype_workers_ends_total{reason=\"start_failed\"} 4"); }));
  EXPECT_GE(steady_clock::now() - began, Milliseconds(100));
}

TEST(PoolLife, ComesUpAndLeavesNoProcessBehind) {
  Bench bench;
  ASSERT_TRUE(eventually([&] { return bench.up() == 2; }));
  EXPECT_TRUE(bench.pool->is_ready());
  const auto workers = bench.pool->workers();

  bench.pool.reset();

  for (const auto& worker : workers) {
    EXPECT_EQ(::kill(worker.process_id, 0), -1);
    EXPECT_EQ(errno, ESRCH);
  }
}

}  // namespace
}  // namespace calotype::workers
