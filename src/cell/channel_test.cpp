#include "cell/channel.h"

#include <fcntl.h>
#include <gmock/gmock.h>

#include <cstring>

#include "cell/memory.h"
#include "cell/message.h"
#include "core/error.h"

namespace calotype::cell {
namespace {

TEST(Channel, CarriesWholeMessagesInOrder) {
  const auto [one, other] = make_channel();

  ASSERT_TRUE(send_message(one.get(), "first", {}));
  ASSERT_TRUE(send_message(one.get(), std::string(kMaxMessage, 'x'), {}));

  EXPECT_EQ(receive_message(other.get(), 0, Wait::yes)->message, "first");
  EXPECT_EQ(receive_message(other.get(), 0, Wait::yes)->message.size(), kMaxMessage);
  EXPECT_EQ(receive_message(other.get(), 0, Wait::no), std::nullopt);
}

TEST(Channel, HandsOverFiles) {
  const auto [one, other] = make_channel();
  const auto file = make_memory_file(5);
  std::memcpy(Mapping(file.get(), 5, Mapping::Access::write).room().data(), "hello", 5);
  const std::vector<int> descriptors{file.get(), file.get()};

  ASSERT_TRUE(send_message(one.get(), "files", descriptors));
  const auto received = receive_message(other.get(), 2, Wait::yes);

  ASSERT_EQ(received->descriptors.size(), 2U);
  const Mapping mapping(received->descriptors[1].get(), 5, Mapping::Access::read);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(mapping.view().data()), 5), "hello");
}

TEST(Channel, TakesNoFilesThatItDidNotAskFor) {
  const auto [one, other] = make_channel();
  const auto file = make_memory_file(5);
  const std::vector<int> descriptors{file.get()};

  ASSERT_TRUE(send_message(one.get(), "files", descriptors));

  EXPECT_TRUE(receive_message(other.get(), 0, Wait::yes)->descriptors.empty());
}

TEST(Channel, TellsWhenTheOtherEndIsGone) {
  auto [one, other] = make_channel();
  other.reset();

  EXPECT_FALSE(send_message(one.get(), "into the void", {}));
  EXPECT_EQ(receive_message(one.get(), 0, Wait::yes), std::nullopt);
}

TEST(Channel, RefusesToSendAMessageThatIsTooLong) {
  const auto [one, other] = make_channel();

  EXPECT_THROW(send_message(one.get(), std::string(kMaxMessage + 1, 'x'), {}), Error);
}

TEST(MemoryFile, CannotBeChangedOnceSealed) {
  const auto file = make_memory_file(4096);

  seal(file);

  EXPECT_EQ(::write(file.get(), "x", 1), -1);
  EXPECT_EQ(::ftruncate(file.get(), 1), -1);
  EXPECT_THROW(Mapping(file.get(), 4096, Mapping::Access::write), Error);
  EXPECT_EQ(Mapping(file.get(), 4096, Mapping::Access::read).view().size(), 4096U);
}

TEST(MemoryFile, OfNoBytesIsNoMapping) {
  EXPECT_TRUE(Mapping(make_memory_file(0).get(), 0, Mapping::Access::read).view().empty());
}

}  // namespace
}  // namespace calotype::cell
