// The page: asks /v1 and shows it. Whatever comes from the daemon is set as text, never as markup.
'use strict';

const EVENTS_SHOWN = 50;
const CLAIMS_SHOWN = 100;
const QUARANTINE_SHOWN = 100;
const STATUS_MILLIS = 10000;
const AFTER_EVENT_MILLIS = 500;
const AFTER_KEY_MILLIS = 200;

const byId = (id) => document.getElementById(id);

function element(name, text, classes) {
  const made = document.createElement(name);
  if (text !== undefined) {
    made.textContent = text;
  }
  if (classes) {
    made.className = classes;
  }
  return made;
}

function row(cells) {
  const made = element('tr');
  made.append(...cells);
  return made;
}

const cell = (value, classes) => element('td', value === null || value === undefined ? '' : String(value), classes);

function rowHeader(value, classes) {
  const made = element('th', String(value), classes);
  made.scope = 'row';
  return made;
}

async function ask(path) {
  const answer = await fetch(path, { cache: 'no-store' });
  const body = await answer.json();
  if (!answer.ok) {
    throw new Error(body.error || 'the daemon answered ' + answer.status);
  }
  return body;
}

// A later answer to an earlier question is not shown.
function latest(work) {
  let last = 0;
  return async (...given) => {
    const mine = ++last;
    try {
      const shown = await work(...given);
      if (mine === last) {
        shown();
      }
    } catch (failure) {
      if (mine === last) {
        say('fail', failure instanceof TypeError ? 'the daemon does not answer' : failure.message);
      }
    }
  };
}

// When it has been quiet for that long.
function whenQuiet(millis, work) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, millis);
  };
}

// That much later, once for all that happens until then.
function soon(millis, work) {
  let waits = false;
  return () => {
    if (!waits) {
      waits = true;
      setTimeout(() => {
        waits = false;
        work();
      }, millis);
    }
  };
}

function say(classes, text) {
  const state = byId('state');
  if (state.textContent !== text) {
    state.textContent = text;
  }
  state.className = classes;
}

function local(time) {
  const at = new Date(time);
  return isNaN(at) ? time : at.toLocaleString();
}

function finding(host, of) {
  const made = element('li', undefined, 'is-' + of.severity);
  const head = element('p');
  head.append(
    element('span', of.severity === 'fail' ? 'Fails' : 'Warning', of.severity),
    ' on ' + host.host + ': ' + of.message + ' ',
    element('span', '(' + of.check + (host.age ? ', ' + host.age : '') + ')', 'quiet'));
  made.append(head);
  if (of.advice) {
    made.append(element('p', 'Do: ' + of.advice));
  }
  return made;
}

function showFindings(hosts) {
  const found = hosts.flatMap((host) => host.findings.filter((f) => f.severity !== 'ok').map((f) => [host, f]));
  found.sort((a, b) => (a[1].severity === b[1].severity ? 0 : a[1].severity === 'fail' ? -1 : 1));
  byId('findings').replaceChildren(...(found.length
    ? found.map(([host, of]) => finding(host, of))
    : [element('li', 'Nothing is wrong on any host.', 'good')]));
  return found.length;
}

function showHosts(hosts) {
  byId('hosts').replaceChildren(...hosts.map((host) => row([
    rowHeader(host.host),
    cell(host.status, host.status === 'alive' ? 'good' : 'fail'),
    cell(host.lastSeen),
    cell(host.version, 'wide'),
    cell(host.bridges.join(', '), 'wide'),
    cell(host.addresses.join(', '), 'wide'),
    cell(host.networks, 'number'),
    cell(host.endpoints, 'number'),
    cell(host.claims, 'number'),
  ])));
}

// Sizes are text, for those of IPv6 are larger than a number can be; how full it is need not be exact.
function share(range) {
  const size = Number(range.size);
  const free = Number(range.free);
  return size > 0 ? Math.max(0, Math.min(1, 1 - free / size)) : 1;
}

function fill(range) {
  const percent = Math.round(share(range) * 100);
  const bar = element('progress');
  bar.max = 100;
  bar.value = percent;
  bar.setAttribute('aria-label', 'taken of ' + range.range);
  const made = element('td');
  made.append(bar, ' ' + percent + ' %');
  return made;
}

function showRanges(ranges) {
  byId('ranges').replaceChildren(...ranges.map((range) => row([
    rowHeader(range.network),
    cell(range.range, 'code'),
    fill(range),
    cell(range.free, 'number'),
    cell(range.used, 'number'),
    cell(range.held, 'number wide'),
    cell(range.spare, 'number wide'),
    cell(range.reserved, 'number wide'),
    cell(range.quarantined, range.quarantined ? 'number warn' : 'number'),
  ])));
}

// Newer members tell what they are to etcd's root alone.
const role = (told) => (told === 'not_told' ? 'answers' : told);

// An embedded store has no members, and then there is nothing to show.
function showMembers(members) {
  byId('store').hidden = members.length === 0;
  byId('members').replaceChildren(...members.map((member) => row([
    rowHeader(member.endpoint, 'code'),
    cell(member.problem || role(member.role), member.problem ? 'fail' : 'good'),
    cell(member.latencyMicros === null ? '' : (member.latencyMicros / 1000).toFixed(1) + ' ms', 'number'),
  ])));
}

function showQuarantine(all) {
  byId('apart').hidden = all.length === 0;
  byId('apartcount').textContent = all.length > QUARANTINE_SHOWN
    ? 'the first ' + QUARANTINE_SHOWN + ' of ' + all.length
    : '';
  byId('quarantine').replaceChildren(...all.slice(0, QUARANTINE_SHOWN).map((each) => row([
    rowHeader(each.address, 'code'),
    cell(each.mac, 'code'),
    cell(each.host),
    cell(local(each.since), 'wide'),
    cell(local(each.seen)),
  ])));
}

const status = latest(async () => {
  const [now, apart] = await Promise.all([ask('/v1/status'), quarantine()]);
  return () => {
    byId('who').textContent = 'host ' + now.host + ', store ' + now.store + ', version ' + now.version;
    document.title = 'Patchbay on ' + now.host;
    const found = showFindings(now.findings);
    showHosts(now.hosts);
    showRanges(now.ranges);
    showMembers(now.members);
    showQuarantine(apart.quarantine);
    const unready = now.checks.filter((check) => !check.ready);
    if (unready.length) {
      say('fail', 'not ready: ' + unready.map((check) => check.message).join('; '));
    } else {
      say(found ? 'warn' : 'good', 'ready' + (found ? ', and ' + found + ' to look at' : ''));
    }
  };
});

// Without a driver there is none, and the status says so better.
const quarantine = () => ask('/v1/quarantine').catch(() => ({ quarantine: [] }));

const claims = latest(async () => {
  const text = byId('text').value.trim();
  const [found, why] = await Promise.all([
    ask('/v1/claims/find?most=' + CLAIMS_SHOWN + '&text=' + encodeURIComponent(text)),
    isAddress(text) ? ask('/v1/claims/why?address=' + encodeURIComponent(text)) : { message: [] },
  ]);
  return () => {
    byId('why').textContent = why.message.join(' ');
    byId('found').textContent = found.total > found.claims.length
      ? 'the first ' + found.claims.length + ' of ' + found.total
      : found.total + (found.total === 1 ? ' address' : ' addresses');
    byId('claims').replaceChildren(...found.claims.map((claim) => row([
      rowHeader(claim.address, 'code'),
      cell(claim.container || (claim.endpoint ? claim.endpoint.slice(0, 12) : '')),
      cell(claim.host),
      cell(claim.state),
      cell(claim.mac, 'wide code'),
      cell(claim.kind, 'wide'),
      cell(local(claim.since), 'wide'),
    ])));
  };
});

// Whether it is worth asking why; the daemon says what is none.
function isAddress(text) {
  return /^[0-9]{1,3}(\.[0-9]{1,3}){3}$/.test(text) || /^[0-9a-f:]*::?[0-9a-f:.]*$/i.test(text) && text.split(':').length > 2
    && !/^([0-9a-f]{2}:){1,5}[0-9a-f]{0,2}$/i.test(text);
}

let newest = 0;

function showEvents(events) {
  const list = byId('events');
  for (const event of events.filter((each) => each.number > newest)) {
    newest = event.number;
    const made = element('li');
    const at = element('time', local(event.at), 'quiet');
    at.dateTime = event.at;
    made.append(at, ' ' + event.host + ': ' + event.kind + ' ' + event.subject + ' ' + event.message);
    list.prepend(made);
  }
  while (list.childElementCount > EVENTS_SHOWN) {
    list.lastElementChild.remove();
  }
}

function refresh() {
  status();
  claims();
}

const refreshSoon = soon(AFTER_EVENT_MILLIS, refresh);

function follow() {
  const live = new EventSource('/v1/live');
  live.onopen = () => {
    refresh();
    // what happened before it was open, and while it was not
    ask('/v1/events').then((answer) => showEvents(answer.events), () => {});
  };
  live.onmessage = (message) => {
    showEvents(JSON.parse(message.data).events);
    refreshSoon();
  };
  live.onerror = () => {
    // the browser tries again by itself unless it was refused
    if (live.readyState === EventSource.CLOSED) {
      setTimeout(follow, STATUS_MILLIS);
    }
    status();
  };
}

byId('search').addEventListener('submit', (event) => event.preventDefault());
byId('text').addEventListener('input', whenQuiet(AFTER_KEY_MILLIS, claims));
refresh();
follow();
setInterval(status, STATUS_MILLIS);
