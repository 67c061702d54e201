#include "resilience/fair_queue.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace calotype::resilience {
namespace {

using Queue = FairQueue<std::string, std::string>;

std::string all_of(Queue& queue) {
  std::string text;
  while (const auto item = queue.pop()) text += (text.empty() ? "" : " ") + *item;
  return text;
}

TEST(FairQueue, IsFirstInFirstOutForOne) {
  Queue queue(10);
  for (const auto* item : {"a", "b", "c"}) queue.push("x", 5, item);

  EXPECT_EQ(queue.size(), 3U);
  EXPECT_EQ(all_of(queue), "a b c");
  EXPECT_FALSE(queue.pop());
}

TEST(FairQueue, PassesOverWhoIsHeld) {
  Queue queue(10);
  queue.push("x", 1, "x0");
  queue.push("y", 5, "y0");
  const auto is_x = [](const std::string& key) { return key == "x"; };

  EXPECT_EQ(queue.pop_unless(is_x), "y0");
  EXPECT_FALSE(queue.pop_unless(is_x));
  EXPECT_EQ(queue.size(), 1U);
  EXPECT_EQ(queue.pop(), "x0");
}

TEST(FairQueue, WhoComesLateDoesNotWaitForAFlood) {
  Queue queue(100);
  for (int i = 0; i < 5; ++i) queue.push("flood", 1, "f" + std::to_string(i));
  EXPECT_EQ(queue.pop(), "f0");
  queue.push("other", 1, "o");

  EXPECT_EQ(queue.pop().value_or(""), "o") << "its turn comes after what is being done";
  EXPECT_EQ(all_of(queue), "f1 f2 f3 f4");
}

TEST(FairQueue, SharesByCostAndNotByNumber) {
  Queue queue(100);
  for (int i = 0; i < 3; ++i) queue.push("dear", 10, "D");
  for (int i = 0; i < 20; ++i) queue.push("cheap", 1, "c");

  std::string first;
  for (int i = 0; i < 13; ++i) first += *queue.pop();

  EXPECT_EQ(std::count(first.begin(), first.end(), 'D'), 2) << first;
  EXPECT_EQ(std::count(first.begin(), first.end(), 'c'), 11) << first;
}

TEST(FairQueue, NobodySavesUpWhileIdle) {
  Queue queue(100);
  for (int i = 0; i < 50; ++i) {
    queue.push("busy", 1, "b");
    queue.pop();
  }
  for (int i = 0; i < 3; ++i) queue.push("busy", 1, "b");
  for (int i = 0; i < 3; ++i) queue.push("new", 1, "n");

  const auto order = all_of(queue);
  EXPECT_EQ(order.substr(0, 3).find('b') != std::string::npos && order.substr(0, 3).find('n') != std::string::npos,
            true)
      << order;
}

TEST(FairQueue, WhoHasTheMostGivesWayAtTheBound) {
  Queue queue(4);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(queue.push("flood", 1, "f" + std::to_string(i)).is_in);
  EXPECT_FALSE(queue.push("flood", 1, "f4").is_in);

  const auto first = queue.push("other", 1, "o0");
  EXPECT_TRUE(first.is_in);
  EXPECT_EQ(first.evicted, "f3") << "the last that came";
  EXPECT_EQ(queue.push("other", 1, "o1").evicted, "f2");
  EXPECT_FALSE(queue.push("other", 1, "o2").is_in) << "both have their share now";
  EXPECT_EQ(queue.size(), 4U);
  EXPECT_TRUE(queue.push("other", 1, "o2", 1).is_in) << "one more may be in it";
}

TEST(FairQueue, KeepsPlaces) {
  Queue queue(4);
  for (int i = 0; i < 2; ++i) queue.push("flood", 1, "f" + std::to_string(i));
  EXPECT_TRUE(queue.reserve("flood"));
  EXPECT_TRUE(queue.reserve("flood"));

  EXPECT_FALSE(queue.reserve("flood"));
  EXPECT_FALSE(queue.push("flood", 1, "f2").is_in) << "those places are kept";
  queue.release("flood");
  EXPECT_TRUE(queue.push("flood", 1, "f2").is_in) << "one was given back";
  EXPECT_TRUE(queue.reserve("other")) << "the crowd has more than its share";
  EXPECT_TRUE(queue.reserve("other"));
  EXPECT_FALSE(queue.reserve("other")) << "with a third it would have as much as the crowd";
  queue.release("other");
  queue.release("other");
  EXPECT_EQ(queue.push("other", 1, "o0").evicted, "f2");
}

TEST(FairQueue, WhatWasTakenInVainIsNext) {
  Queue queue(10);
  queue.push("x", 1, "a");
  queue.push("x", 1, "b");
  const auto taken = queue.pop();
  queue.push_back_in(*taken);

  EXPECT_EQ(all_of(queue), "a b");
}

TEST(FairQueue, WhatWasErasedIsNotCharged) {
  Queue queue(10);
  queue.push("busy", 1, "b0");
  for (int i = 0; i < 3; ++i) queue.push("patient", 100, "p" + std::to_string(i));
  for (const auto* gone : {"p0", "p1"}) EXPECT_TRUE(queue.erase(gone));
  for (int i = 1; i < 5; ++i) queue.push("busy", 1, "b" + std::to_string(i));

  const auto order = all_of(queue);
  EXPECT_LT(order.find("p2"), order.find("b2")) << order;
}

TEST(FairQueue, ForgetsWhoIsDone) {
  Queue queue(10);
  queue.push("always", 1, "x");
  for (int i = 0; i < 1000; ++i) {
    queue.push("tenant " + std::to_string(i), 1, "y");
    queue.push("always", 1, "x");
    queue.pop();
    queue.pop();
  }

  EXPECT_FALSE(queue.empty()) << "it was never empty meanwhile";
  EXPECT_LT(queue.keys(), 10U);
}

TEST(FairQueue, Erases) {
  Queue queue(10);
  queue.push("x", 1, "a");
  queue.push("y", 1, "b");
  queue.push_back_in("r");

  EXPECT_TRUE(queue.erase("a"));
  EXPECT_TRUE(queue.erase("r"));
  EXPECT_FALSE(queue.erase("a"));
  EXPECT_EQ(queue.waiting_of("x"), 0U);
  EXPECT_EQ(all_of(queue), "b");
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace calotype::resilience
