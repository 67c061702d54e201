#include "engine/exif.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace calotype::engine::exif {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAreArray;

Entry camera_entry(std::uint16_t tag, std::string value) {
  return {.directory = Directory::camera, .tag = tag, .type = 2, .value = std::move(value)};
}

TEST(Exif, ReadsWhatItWrote) {
  const std::vector<Entry> entries{
      text_entry(kCopyright, "Ada, 1843"), orientation_entry(6),
      camera_entry(0x9003, std::string("1843:01:01 00:00:00\0", 20)),
      Entry{.directory = Directory::gps, .tag = 2, .type = 5, .value = std::string(24, '\1')}};

  const std::string block = write(entries);
  auto back = read(block);
  std::erase_if(back, [](const Entry& entry) { return entry.tag == 0x8769 || entry.tag == 0x8825; });

  EXPECT_THAT(back, UnorderedElementsAreArray(entries));
  EXPECT_EQ(read(std::string("Exif\0\0", 6) + block).size(), back.size());
}

TEST(Exif, WritesNothingForNothing) { EXPECT_EQ(write({}), ""); }

TEST(Exif, ReadsLittleEndian) {
  const std::string block("II\x2A\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0", 26);

  EXPECT_THAT(read(block), ElementsAre(orientation_entry(6)));
}

TEST(Exif, GivesLessForDamagedBlocks) {
  const std::string block =
      write({text_entry(kCopyright, "somebody with a long name"), camera_entry(0x9003, std::string(20, 'x'))});

  for (std::size_t length = 0; length < block.size(); ++length) {
    for (const Entry& entry : read(std::string_view(block).substr(0, length)))
      EXPECT_LE(entry.value.size(), block.size());
  }
  std::string loop = block;
  loop[7] = 0;
  EXPECT_THAT(read(loop), testing::Not(testing::Contains(text_entry(kCopyright, "other"))));
  EXPECT_THAT(read("not a block at all"), IsEmpty());
}

TEST(Exif, DoesNotFollowADirectoryIntoItself) {
  // The camera's directory is the picture's own.
  const std::string block("MM\0\x2A\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x08\0\0\0\0", 26);

  EXPECT_LE(read(block).size(), 1U);
}

}  // namespace
}  // namespace calotype::engine::exif
