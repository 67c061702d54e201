#pragma once

#include <filesystem>
#include <string>

#include "access/access.h"
#include "access/keys.h"
#include "access/policies.h"
#include "access/signed_urls.h"
#include "access/signing_keys.h"
#include "adapters/files/file_blob_store.h"
#include "adapters/files/file_rendition_store.h"
#include "adapters/memory/memory_rendition_store.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/sqlite_answer_store.h"
#include "adapters/sqlite/sqlite_blob_uses.h"
#include "adapters/sqlite/sqlite_catalog.h"
#include "adapters/sqlite/sqlite_event_outbox.h"
#include "adapters/sqlite/sqlite_invitation_store.h"
#include "adapters/sqlite/sqlite_key_store.h"
#include "adapters/sqlite/sqlite_leases.h"
#include "adapters/sqlite/sqlite_object_index.h"
#include "adapters/sqlite/sqlite_purge_store.h"
#include "adapters/sqlite/sqlite_signing_key_store.h"
#include "adapters/sqlite/sqlite_upload_index.h"
#include "adapters/sqlite/sqlite_used_tokens.h"
#include "adapters/webhooks/http_event_sink.h"
#include "adapters/workers/worker_pool.h"
#include "api/rate_limit.h"
#include "app/config.h"
#include "app/data_folder.h"
#include "delivery/delivery.h"
#include "events/events.h"
#include "events/relay.h"
#include "objects/uploads.h"
#include "telemetry/metrics.h"
#include "tenants/tenants.h"

/// The only place where services meet adapters: what a server is made of, by configuration.
namespace calotype::app {

/// The worker's program: as configured, or beside this one. Throws missing where there is none.
std::filesystem::path find_worker(const std::string& configured);

/// How its workers are to be run.
workers::WorkerPoolOptions pool_options(const Config& config);

/// Everything of one server, made in this order and ended in the other. Network threads must still run while it ends:
/// what its pools finish resumes there.
struct Parts {
  /// Blocks. Throws: missing (the worker), conflict (another process holds the data folder), unavailable.
  Parts(const Config& config, telemetry::Metrics& metrics);

  DataFolder folder;
  SystemClock clock;
  telemetry::Metrics& metrics;
  BlockingPool pool;
  Database database;
  SqliteCatalog catalog;
  SqliteKeyStore key_store;
  SqliteSigningKeyStore signing_key_store;
  SqliteInvitationStore invitations;
  SqliteUsedTokens used_tokens;
  SqliteObjectIndex index;
  SqliteUploadIndex upload_index;
  SqliteAnswerStore answers;
  SqliteEventOutbox outbox;
  SqliteLeases leases;
  SqliteBlobUses uses;
  SqlitePurgeStore purges;
  FileBlobStore blobs;
  MemoryRenditionStore memory;
  FileRenditionStore disk;
  workers::WorkerPool engine;
  delivery::Delivery delivery;
  access::Access access;
  access::Keys keys;
  access::Policies policies;
  access::SigningKeys signing_keys;
  access::SignedUrls signed_urls;
  api::RateLimit rate_limit;
  tenants::Tenants tenants;
  objects::Objects objects;
  objects::Uploads uploads;
  events::Events events;
  HttpEventSink sink;
  events::Relay relay;
};

/// Ends what a process that died has left half done.
void recover(Parts& parts);

/// At the first start: makes the operators' tenant and writes its key to the data folder.
void make_operator(Parts& parts);

}  // namespace calotype::app
