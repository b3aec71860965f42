// Builds speakup/web/static/speakup/ from this folder, and writes VERSIONS, which a test compares with both.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "speakup", "web", "static", "speakup");
const modules = join(here, "node_modules");
const copied = ["start.js", "leave.js", "favicon.svg", "favicon.ico", "neutral.svg"];
// Served smaller to whoever takes it so. Pages never are: their length would tell what is on them.
const compressed = ["speakup.css", "app.js", "reporter.js", "leave.js"];
const built = ["speakup.css", "app.js", "reporter.js", ...copied, ...compressed.map((name) => `${name}.gz`)];

const version = (name) => JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")).version;
const hash = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

mkdirSync(target, { recursive: true });

const govuk = `govuk-frontend ${version("govuk-frontend")}, MIT licence: see THIRD_PARTY.md`;
const { css } = compile(join(here, "speakup.scss"), { style: "compressed", charset: false, loadPaths: [modules] });
writeFileSync(join(target, "speakup.css"), `/*! Includes ${govuk} */\n${css}\n`);

buildSync({
  entryPoints: [join(here, "app.js")],
  outfile: join(target, "app.js"),
  bundle: true,
  format: "esm",
  target: "es2020",
  minify: true,
  legalComments: "none",
  nodePaths: [modules],
  banner: { js: `/*! Includes ${govuk} */` },
});

buildSync({
  entryPoints: [join(here, "reporter.js")],
  outfile: join(target, "reporter.js"),
  bundle: true,
  format: "iife",
  target: "es2020",
  minify: true,
});

for (const name of copied) {
  copyFileSync(join(here, name), join(target, name));
}

for (const name of compressed) {
  writeFileSync(join(target, `${name}.gz`), gzipSync(readFileSync(join(target, name)), { level: 9 }));
}

const sources = readdirSync(here)
  .filter((name) => /\.(scss|js|mjs|svg|ico)$/.test(name) || /^package(-lock)?\.json$/.test(name))
  .sort();
const lines = [
  `govuk-frontend ${version("govuk-frontend")}`,
  `sass ${version("sass")}`,
  `esbuild ${version("esbuild")}`,
  ...sources.map((name) => `${hash(join(here, name))} assets/${name}`),
  ...built.sort().map((name) => `${hash(join(target, name))} speakup/web/static/speakup/${name}`),
];
writeFileSync(join(target, "..", "VERSIONS"), `${lines.join("\n")}\n`);
