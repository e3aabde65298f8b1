// Mail to a real mail server over TLS and with a password: what is sent, what is not, and where the
// password goes.
//
//     node --test tests/conformance/console/mail.test.mjs
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { startCasement } from "../../support/casement.mjs";
import { freePort, linkIn, mailSettings, startMailServer } from "../../support/mail.mjs";

const api = "/api/casement/v1";
const user = "casement";
const password = "canary-mail-password-61f2";
const signIn = { CASEMENT_SMTP_USER: user, CASEMENT_SMTP_PASSWORD: password };
const mandatory = { CASEMENT_SMTP_STARTTLS_POLICY: "MandatoryStartTLS" };
/** Of its own, because the port of TLS from the start can be one server's only. */
const tlsAddress = `127.${1 + Math.floor(Math.random() * 254)}.${process.pid & 255}.7`;

let folder, authority, certificates;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "casement-mail-"));
  authority = makeAuthority("authority");
  makeAuthority("stranger");
  const good = `IP:127.0.0.1,DNS:localhost,IP:${tlsAddress}`;
  certificates = {
    good: sign("good", "authority", good),
    "of another name": sign("other", "authority", "DNS:mail.example.com,IP:192.0.2.1"),
    "of an unknown authority": sign("unknown", "stranger", good),
    "that is over": sign("over", "authority", good, ["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"]),
  };
});
after(() => rmSync(folder, { recursive: true, force: true }));

function openssl(...args) {
  execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
}

function makeAuthority(name) {
  openssl(
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
    ...["-keyout", `${name}.key`, "-out", `${name}.pem`, "-subj", `/CN=${name}`, "-days", "2"],
  );
  writeFileSync(join(folder, `${name}.index`), "");
  return join(folder, `${name}.pem`);
}

/** A server's certificate and its key: paths. */
function sign(name, by, names, times = ["-days", "1"]) {
  const file = join(folder, `${name}.cnf`);
  writeFileSync(
    file,
    `[ca]\ndefault_ca = own\n[own]\nnew_certs_dir = ${folder}\ndatabase = ${by}.index\n` +
      `rand_serial = yes\ndefault_md = sha256\npolicy = any\nx509_extensions = server\n` +
      `unique_subject = no\n[any]\ncommonName = supplied\n` +
      `[server]\nsubjectAltName = ${names}\nbasicConstraints = CA:FALSE\n`,
  );
  openssl(
    ...["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
    ...["-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`],
  );
  openssl(
    ...["ca", "-batch", "-notext", "-config", file, "-cert", `${by}.pem`, "-keyfile", `${by}.key`],
    ...["-in", `${name}.csr`, "-out", `${name}.pem`, ...times],
  );
  return [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
}

/**
 * A casement that sends one invitation through this mail server; `outcome` is asked then:
 * {mail, attempts, log, audit}. Waits for the mail, or for the first line that says why it failed.
 */
async function invite(mailArgs, env, hostOf = (mail) => `127.0.0.1:${mail.port}`) {
  const mail = await startMailServer(mailArgs);
  let server;
  try {
    const port = await freePort();
    server = await startCasement({
      listen: `127.0.0.1:${port}`,
      env: mailSettings(mail, {
        CASEMENT_SMTP_HOST: hostOf(mail),
        CASEMENT_SERVER_PUBLIC_URL: `http://127.0.0.1:${port}`,
        ...env,
      }),
    });
    const failed = new Promise((resolve) => {
      server.process.stderr.on("data", (chunk) => {
        if (String(chunk).includes('"mail_failed"')) resolve(null);
      });
    });
    const ask = async (method, path, body) => {
      const answer = await fetch(`${server.url}${api}${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${server.credentials.service_token}`,
          "Content-Type": "application/json",
        },
        body: body && JSON.stringify(body),
      });
      const text = await answer.text();
      assert.ok(answer.ok, `${path}: ${text}`);
      return text;
    };
    await ask("POST", "/dashboards", { document: { uid: "board", title: "Board", panels: [] } });
    const invitees = [{ email: "anna@example.com" }];
    const made = await ask("POST", "/dashboards/board/shares", { type: "invite", invitees });
    const { token } = JSON.parse(made).share;
    const sent = mail.next(() => true);
    // Where no mail comes, nobody waits for it.
    sent.catch(() => {});
    await ask("POST", `/shares/${token}/invitations`, { emails: ["anna@example.com"] });
    const got = await Promise.race([sent, failed]);
    const settings = await ask("GET", "/settings");
    const audit = await ask("GET", "/audit?limit=100");
    await server.end(); // what is queued is written
    return { mail: got, attempts: mail.attempts, mails: mail.mails, log: server.log(), audit, settings };
  } finally {
    await server?.stop();
    await mail.stop();
  }
}

const tls = (name = "good") => ["--tls", ...certificates[name]];
const own = () => ({ CASEMENT_SMTP_CA_FILE: authority });
const withPassword = ["--user", user, "--password", password];

function notSent(seen, reason) {
  assert.equal(seen.mail, null, "a mail came");
  assert.deepEqual(seen.mails, []);
  assert.match(seen.log, /"mail_failed"/);
  assert.match(seen.log, reason);
  noPassword(seen);
}
function noPassword({ log, audit, settings }) {
  const forms = [password, Buffer.from(password).toString("base64")];
  forms.push(Buffer.from(`\0${user}\0${password}`).toString("base64"));
  for (const text of forms) {
    assert.ok(!log.includes(text), "the password stands in the log");
    assert.ok(!audit.includes(text), "the password stands in the trail");
    assert.ok(!settings.includes(text), "the password stands in the settings");
  }
}

describe("mail over TLS", () => {
  for (const policy of ["OpportunisticStartTLS", "MandatoryStartTLS"]) {
    test(`goes after STARTTLS to a server that a known authority has signed: ${policy}`, async () => {
      const seen = await invite(tls(), { ...own(), CASEMENT_SMTP_STARTTLS_POLICY: policy });
      assert.equal(seen.mail.tls, true);
      assert.deepEqual(seen.mail.to, ["anna@example.com"]);
      assert.match(linkIn(seen.mail), /\?invitation=/);
    });

    for (const wrong of ["of another name", "of an unknown authority", "that is over"]) {
      test(`does not go to a server with a certificate ${wrong}: ${policy}`, async () => {
        const seen = await invite([...tls(wrong), ...withPassword], {
          ...own(),
          ...signIn,
          CASEMENT_SMTP_STARTTLS_POLICY: policy,
        });
        notSent(seen, /certificate|SSL/i);
        assert.deepEqual(seen.attempts, [], "the password was shown");
      });
    }
  }

  test("does not trust the system's authorities where ca_file names others, nor the other way", async () => {
    notSent(await invite(tls(), {}), /certificate|SSL/i);
  });

  test("goes to any certificate where skip_verify says so", async () => {
    const seen = await invite(tls("of an unknown authority"), { CASEMENT_SMTP_SKIP_VERIFY: "true" });
    assert.equal(seen.mail.tls, true);
  });

  test("is not sent at all where it is demanded and the server has none", async () => {
    const seen = await invite(withPassword, { ...own(), ...mandatory, ...signIn });
    notSent(seen, /STARTTLS|SSL/i);
    assert.deepEqual(seen.attempts, []);
  });

  test("is not used where that is said, and a server that demands it gets nothing", async () => {
    const none = { CASEMENT_SMTP_STARTTLS_POLICY: "NoStartTLS" };
    const seen = await invite([], none);
    assert.equal(seen.mail.tls, false);
    notSent(await invite(tls(), { ...none, ...own() }), /mail_failed/);
  });
});

describe("mail over TLS from the start", () => {
  const listen = ["--from-the-start", "--listen", `${tlsAddress}:465`];
  const there = () => `${tlsAddress}:465`;

  test("goes with a password to a server that a known authority has signed", async () => {
    const seen = await invite([...tls(), ...listen, ...withPassword], { ...own(), ...signIn }, there);
    assert.equal(seen.mail.tls, true);
    assert.equal(seen.mail.user, user);
    noPassword(seen);
  });

  for (const wrong of ["of another name", "of an unknown authority", "that is over"]) {
    test(`does not go to a server with a certificate ${wrong}`, async () => {
      const args = [...tls(wrong), ...listen, ...withPassword];
      const seen = await invite(args, { ...own(), ...signIn }, there);
      notSent(seen, /certificate|SSL/i);
      assert.deepEqual(seen.attempts, []);
    });
  }

  test("does not go to a server that speaks without TLS there", async () => {
    const args = ["--listen", `${tlsAddress}:465`, ...withPassword];
    const seen = await invite(args, { ...own(), ...signIn }, there);
    notSent(seen, /SSL|TLS/i);
    assert.deepEqual(seen.attempts, []);
  });
});

describe("mail with a password", () => {
  test("is sent by who has the right one, over TLS", async () => {
    const seen = await invite([...tls(), ...withPassword], { ...own(), ...signIn });
    assert.equal(seen.mail.user, user);
    assert.deepEqual(seen.attempts, [{ attempt: user, holds: true, tls: true }]);
    noPassword(seen);
  });

  test("is not sent with a wrong one, which is tried again later and told to nobody", async () => {
    const seen = await invite([...tls(), "--user", user, "--password", "another"], {
      ...own(),
      ...signIn,
    });
    notSent(seen, /denied|login|535/i);
    assert.ok(seen.attempts.length > 0 && seen.attempts.every((one) => one.tls && !one.holds));
    assert.match(seen.log, /"again":true/);
  });

  test("is not sent without one where the server wants one", async () => {
    const seen = await invite([...tls(), ...withPassword], own());
    notSent(seen, /530|Authentication required/i);
    assert.deepEqual(seen.attempts, []);
  });

  test("goes to this machine itself also without TLS", async () => {
    const seen = await invite(withPassword, signIn);
    assert.equal(seen.mail.user, user);
    assert.deepEqual(seen.attempts, [{ attempt: user, holds: true, tls: false }]);
  });

  for (const policy of ["OpportunisticStartTLS", "NoStartTLS"]) {
    // Names that lead to this machine here, and would lead anywhere elsewhere.
    for (const host of ["mail.localhost", "127.mail.localhost", "[::ffff:127.0.0.1]"]) {
      test(`is shown to no other machine without TLS, whatever it is called: ${host}, ${policy}`, async () => {
        const seen = await invite(
          withPassword,
          { ...signIn, CASEMENT_SMTP_STARTTLS_POLICY: policy },
          (mail) => `${host}:${mail.port}`,
        );
        notSent(seen, /STARTTLS|SSL/i);
        assert.deepEqual(seen.attempts, [], "the password was shown");
      });
    }
  }
});
