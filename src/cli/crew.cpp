#include "cli/crew.h"

#include <exception>
#include <memory>

#include "core/event.h"

namespace calotype::cli {

namespace {

struct Crew {
  std::size_t count;
  std::function<Task<>(std::size_t)> work;
  std::size_t next = 0;
  std::size_t hands_left = 0;
  std::exception_ptr failure;
};

Task<> take_jobs(std::shared_ptr<Crew> crew) {
  while (!crew->failure && crew->next < crew->count) {
    const auto job = crew->next++;
    co_await crew->work(job);
  }
}

}  // namespace

Task<> do_jobs(std::size_t count, std::size_t hands, std::function<Task<>(std::size_t job)> work) {
  const auto crew = std::make_shared<Crew>(Crew{.count = count, .work = std::move(work)});
  crew->hands_left = std::min(hands, count);
  const auto executor = co_await current_executor();
  if (crew->hands_left == 0) co_return;
  const auto all_done = std::make_shared<Event>();
  for (std::size_t hand = crew->hands_left; hand > 0; --hand) {
    boost::asio::co_spawn(executor, take_jobs(crew), [crew, all_done](std::exception_ptr thrown) {
      if (thrown && !crew->failure) crew->failure = thrown;
      if (--crew->hands_left == 0) all_done->set();
    });
  }
  co_await all_done->wait(SteadyTime::max());
  if (crew->failure) std::rethrow_exception(crew->failure);
}

}  // namespace calotype::cli
