// The published c15t backend as its documentation sets it up, with Kysely and on Hono's Node
// server, on the database that DATABASE_URL names. benches/peers/peer runs it where it is installed.
import { serve } from "@hono/node-server";
import { c15tInstance } from "@c15t/backend";
import { kyselyAdapter } from "@c15t/backend/db/adapters/kysely";
import { migrator } from "@c15t/backend/db/migrator";
import { DB } from "@c15t/backend/db/schema";
import { Kysely, PostgresDialect, SqliteDialect } from "kysely";

const url = process.env.DATABASE_URL;
const postgres = url.startsWith("postgres:");
let dialect;
if (postgres) {
  const { default: pg } = await import("pg");
  dialect = new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 16 }) });
} else {
  const { default: Sqlite } = await import("better-sqlite3");
  const database = new Sqlite(url.replace("sqlite://", ""));
  // As durable as what it is compared with: write-ahead logging, and an fsync for each commit.
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  dialect = new SqliteDialect({ database });
}
const db = new Kysely({ dialect });
const adapter = kyselyAdapter({ db, provider: postgres ? "postgresql" : "sqlite" });
const migration = await migrator({ db: DB.client(adapter), schema: "latest" });
await migration.execute?.();
const c15t = c15tInstance({
  appName: "bench",
  basePath: "/",
  adapter,
  trustedOrigins: ["localhost"],
  logger: { level: "error" },
});
serve({ fetch: c15t.handler, hostname: "127.0.0.1", port: Number(process.env.PORT) });
