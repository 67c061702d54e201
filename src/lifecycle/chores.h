#pragma once

#include "lifecycle/runner.h"
#include "ports/answer_store.h"
#include "ports/blob_store.h"
#include "ports/blob_uses.h"
#include "ports/catalog.h"
#include "ports/event_outbox.h"
#include "ports/object_index.h"
#include "ports/purge_store.h"
#include "ports/upload_index.h"
#include "ports/used_tokens.h"

namespace calotype::lifecycle {

/// How long things are kept.
struct Terms {
  Seconds recoverable{30 * 86'400};  ///< a removed object can be restored
  Seconds uploads{7 * 86'400};       ///< an upload in parts, from its beginning
  Seconds answers{86'400};           ///< an answer to a request with an Idempotency-Key
  Seconds events{30 * 86'400};       ///< an event, and the receipt of a purge
  Seconds aliases{90 * 86'400};      ///< of a tenant that left: nobody else's for so long
  Seconds orphans{3'600};            ///< a blob that no row refers to: its row may be on its way
  Seconds every{60};                 ///< between two rounds of each chore
  Seconds sweep_every{3'600};        ///< between two rounds through all blobs
  std::size_t most = 500;            ///< of one step
};

struct Stores {
  Catalog& catalog;
  ObjectIndex& objects;
  UploadIndex& uploads;
  AnswerStore& answers;
  EventOutbox& events;
  PurgeStore& purges;
  UsedTokens& tokens;
  BlobStore& blobs;
  BlobUses& uses;
};

/// All chores of a house. `forget` is told of each object that goes.
std::vector<Chore> all_chores(Stores stores, const Clock& clock, Terms terms,
                              std::function<void(BucketId, const std::string&)> forget);

}  // namespace calotype::lifecycle
