// What every AnswerStore promises.

#include <gtest/gtest.h>

#include "adapters/memory/memory_answer_store.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/sqlite_answer_store.h"
#include "contract/samples.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace calotype {
namespace {

struct MemoryKit {
  MemoryAnswerStore answers;
};

struct SqliteKit {
  TempDir folder{TempDir::Medium::memory};
  Database database{folder / "calotype.db"};
  SqliteAnswerStore answers{database};
};

template <class Kit>
class AnswerStoreContract : public ::testing::Test {
 protected:
  /// At that second, until ten seconds later.
  Claimed claim(Claim by, int at = 0, const std::string& request = "r") {
    return run_task(answers.claim({}, key, Digest::of(request), by, samples::at(at), samples::at(at + 10)));
  }
  void finish(Claim by) {
    run_task(answers.finish(
        {}, key, by, {.status = 201, .fields = "ETag: x\n", .body = "b\xc3\xb8", .request_body = Digest::of("q")}));
  }

  Kit kit;
  AnswerStore& answers = kit.answers;
  AnswerKey key{.tenant = TenantId::random(), .route = "put_object", .key = "k \"1\""};
  Claim first = Claim::random();
  Claim second = Claim::random();
};

using Kind = Claimed::Kind;
using Kits = ::testing::Types<MemoryKit, SqliteKit>;
TYPED_TEST_SUITE(AnswerStoreContract, Kits);

TYPED_TEST(AnswerStoreContract, OneCarriesOutAndTheOthersWait) {
  const auto mine = this->claim(this->first);
  EXPECT_EQ(mine.kind, Kind::mine);
  EXPECT_FALSE(mine.was_left);
  EXPECT_EQ(mine.since, samples::at(0));

  EXPECT_EQ(this->claim(this->second, 9).kind, Kind::running);
  EXPECT_EQ(this->claim(this->second, 9, "another request").kind, Kind::other);
}

TYPED_TEST(AnswerStoreContract, GivesTheAnswerToTheSameRequest) {
  this->claim(this->first);
  this->finish(this->first);

  const auto again = this->claim(this->second, 100);
  ASSERT_EQ(again.kind, Kind::answered);
  EXPECT_EQ(again.answer->status, 201);
  EXPECT_EQ(again.answer->fields, "ETag: x\n");
  EXPECT_EQ(again.answer->body, "b\xc3\xb8");
  EXPECT_EQ(again.answer->request_body, Digest::of("q"));
  EXPECT_EQ(this->claim(this->second, 100, "another request").kind, Kind::other);
}

TYPED_TEST(AnswerStoreContract, KeysAreOfATenantAndARoute) {
  this->claim(this->first);
  auto elsewhere = this->key;
  elsewhere.tenant = TenantId::random();
  auto beside = this->key;
  beside.route = "add_rule";

  for (const auto& other : {elsewhere, beside}) {
    const auto got =
        run_task(this->answers.claim({}, other, Digest::of("r"), this->second, samples::at(0), samples::at(10)));
    EXPECT_EQ(got.kind, Kind::mine);
  }
}

TYPED_TEST(AnswerStoreContract, WhatWasLeftIsTakenUp) {
  this->claim(this->first);
  EXPECT_TRUE(run_task(this->answers.renew({}, this->key, this->first, samples::at(20))));
  EXPECT_EQ(this->claim(this->second, 19).kind, Kind::running);

  const auto taken = this->claim(this->second, 20);
  EXPECT_EQ(taken.kind, Kind::mine);
  EXPECT_TRUE(taken.was_left);
  EXPECT_EQ(taken.since, samples::at(0)) << "as the first one's";
  EXPECT_FALSE(run_task(this->answers.renew({}, this->key, this->first, samples::at(99))));
  this->finish(this->first);
  EXPECT_EQ(this->claim(this->first, 21).kind, Kind::running) << "the late one's answer is not kept";
  run_task(this->answers.give_up({}, this->key, this->first));
  EXPECT_EQ(this->claim(this->first, 21).kind, Kind::running);
}

TYPED_TEST(AnswerStoreContract, WhatIsGivenUpIsAsIfNeverAsked) {
  this->claim(this->first);
  run_task(this->answers.give_up({}, this->key, this->first));

  const auto anew = this->claim(this->second, 1, "another request");
  EXPECT_EQ(anew.kind, Kind::mine);
  EXPECT_FALSE(anew.was_left);
}

TYPED_TEST(AnswerStoreContract, AStartEndsEveryClaim) {
  this->claim(this->first);
  run_task(this->answers.end_claims({}));

  EXPECT_TRUE(this->claim(this->second, 1).was_left);
  this->finish(this->second);
  run_task(this->answers.end_claims({}));
  EXPECT_EQ(this->claim(this->first, 2).kind, Kind::answered) << "answers stay";
}

TYPED_TEST(AnswerStoreContract, ForgetsWhatIsOldBitByBit) {
  for (int i = 0; i < 3; ++i) {
    this->key.key = std::to_string(i);
    this->claim(this->first, i);
    this->finish(this->first);
  }

  EXPECT_EQ(run_task(this->answers.forget({}, samples::at(2), 1)), 1U);
  EXPECT_EQ(run_task(this->answers.forget({}, samples::at(2), 9)), 1U);
  EXPECT_EQ(run_task(this->answers.forget({}, samples::at(2), 9)), 0U);
  EXPECT_EQ(this->claim(this->second, 50).kind, Kind::answered);
}

}  // namespace
}  // namespace calotype
