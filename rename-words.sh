#!/usr/bin/env bash
# rename.sh [CHECKOUT]: gives the odd names of the dialect plain ones, in the work tree of CHECKOUT (default: where it
# is called). Classes and their files (git mv), fields and methods named after them, documents, tests. What is stored,
# shown or typed stays: keys, metrics, settings, commands. A name that is not there (any more) is passed over; one whose
# new name is taken stops everything before anything is changed. Run it twice and the second does nothing.
# Afterwards: mvn spotless:apply (line ends, order of imports), then compile and test.
set -euo pipefail
cd "${1:-.}"
[[ -z $(git status --porcelain --untracked-files=no) ]] || { echo 'rename: the work tree has changes' >&2; exit 1; }
exec python3 - <<'PY'
import re, subprocess, sys, os
CORE = 'driver-core/src/%s/java/io/patchbay/core/'
EMBEDDED = 'store-embedded/src/%s/java/io/patchbay/store/embedded/'
DAEMON = 'daemon/src/%s/java/io/patchbay/daemon/'

def git(*a): return subprocess.check_output(('git',) + a, text=True)
files = [f for f in git('ls-files').split('\n') if f and os.path.isfile(f) and not os.path.islink(f)]

# (old, new, home of the file, who sees the name, how free it is: 'word' may be replaced wherever it stands, for it is
# no word of English; 'link' in comments and documents only where a class is meant)
CLASSES = [
    ('Alone', 'LocalAuthority', CORE + 'state/', r'driver-core/', 'link'),
    ('TakenAway', 'ForeignDeletes', CORE + 'state/', r'driver-core/', 'word'),
    ('Unsent', 'UnsentWrite', CORE + 'state/', r'driver-core/', 'link'),
    ('Backlog', 'Outbox', CORE + 'state/', r'driver-core/', 'link'),
    ('Mirror', 'DiskCopy', CORE + 'state/', r'driver-core/', 'link'),
    ('Hindrance', 'ReplicationBlocker', CORE + 'record/', r'', 'link'),
    ('Suspects', 'GraceTracker', CORE + 'repair/', r'driver-core/', 'link'),
    ('Portable', 'SharedPlan', CORE + 'enginesync/', r'driver-core/', 'link'),
    ('Forgotten', 'EngineOrphans', CORE + 'enginesync/',
     r'driver-core/src/\w+/java/io/patchbay/core/enginesync/', 'link'),
    ('Refusals', 'ClaimRefusals', CORE + 'ipam/', r'driver-core/', 'link'),
    ('SomeAddress', 'DynamicAllocation', CORE + 'ipam/', r'driver-core/', 'word'),
    ('NamedIpam', 'NameGuard', CORE + 'driver/', r'driver-core/', 'word'),
    ('Round', 'Maintenance', CORE + 'driver/', r'driver-core/src/\w+/java/io/patchbay/core/driver/', 'link'),
    ('State', 'StoredState', EMBEDDED, r'store-embedded/', 'link'),
    ('Settings', 'EmbeddedSettings', EMBEDDED, r'store-embedded/', 'link'),
    ('Segment', 'LogSegment', EMBEDDED, r'store-embedded/', 'link'),
    ('Settings', 'DaemonSettings', DAEMON + 'settings/', r'daemon/', 'link'),
    ('Rehearse', 'WarmUpCommand', DAEMON, r'daemon/', 'link'),
    ('RehearsalPorts', 'WarmUpPorts', DAEMON, r'daemon/', 'word'),
    ('Rehearsal', 'WarmUpCalls', DAEMON + 'rehearsal/', r'daemon/', 'link'),
    ('RehearsalLinks', 'WarmUpLinks', DAEMON + 'rehearsal/', r'daemon/', 'word'),
]
# Nested classes: no file of their own.
NESTED = {'RehearsalPorts'}
PACKAGES = [('daemon/src/%s/java/io/patchbay/daemon/rehearsal', 'daemon/src/%s/java/io/patchbay/daemon/warmup',
             'io.patchbay.daemon.rehearsal', 'io.patchbay.daemon.warmup')]
# Fields, parameters, methods: in code only, never in a text. (what, by what, where)
STATE = r'driver-core/src/\w+/java/io/patchbay/core/'
MEMBERS = [
    (r'\btakenAway(?=\((?:String )?key\b)', 'deletedElsewhere', STATE + 'state/'),
    (r'\btakenAway\b', 'foreignDeletes', STATE),
    (r'\bbacklog\b', 'outbox', STATE + 'state/'),
    (r'\bmirrorOf\b', 'copyToDisk', STATE + 'state/'),
    (r'\bmirrored\b', 'isOnDisk', STATE),
    (r'\bmirror\b', 'diskCopy', STATE + 'state/'),
    (r'\balone(?=\.(?:may|commit|isFirm)\b| = new (?:Alone|LocalAuthority)\b|;)', 'authority',
     STATE + r'state/Outage\.java'),
    (r'(?<=\bAlone )alone\b', 'authority', STATE + 'state/'),
    (r'\bsuspects\b', 'tracker', STATE),
    (r'\bhindrances\b', 'blockers', STATE),
    (r'\bhindrancesOf\b', 'blockersOf', STATE),
    (r'\bhindrance\b', 'blocker', STATE),
    (r'\bhinder\b', 'block', STATE + 'enginesync/'),
    (r'\bhindered\b', 'blocked', STATE + 'enginesync/'),
    (r'\bforgotten\b', 'orphans', STATE + 'enginesync/Engine'),
    (r'\bsome(?=\(\)|\.of\(|;| = new )', 'allocation', STATE + r'ipam/(?:Claims|SwarmClaims)\.java'),
    (r'\brounds\b', 'maintenance', STATE + r'driver/Schedule\.java'),
    (r'(?<!schedule\.)\bround\b(?!\()', 'maintenance', STATE + r'driver/Driver\.java'),
    (r'\brehearse\b', 'callAll', DAEMON % 'main' + r'WarmUp\.java'),
    (r'(?<!\.)\brehearsal\b', 'calls', DAEMON % 'main' + r'WarmUp\.java'),
]
# Words of comments and documents. (what, by what, where)
CORE_TEXTS = r'driver-core/|docs/design/|docs/architecture'
PROSE = [
    (r'\bjournal, mirror\b', 'journal, disk copy', CORE_TEXTS),
    (r'\b(a|the|of|for|no|A|The) mirror\b', r'\1 disk copy', CORE_TEXTS),
    (r'(?m)^(#+ .*)\bmirror\b', r'\1disk copy', r'docs/design/'),
    (r'\bhindrances\b(?!/)', 'blockers', CORE_TEXTS),
    (r'\bhindrance\b', 'blocker', CORE_TEXTS),
    (r'\bHindrances\b', 'Blockers', CORE_TEXTS),
    (r'\ba rehearsal\b', 'a warm-up', r'daemon/'),
    (r'\bA rehearsal\b', 'A warm-up', r'daemon/'),
    (r'\bthe rehearsal\b', 'the warm-up', r'daemon/'),
]

def isfile(home, name): 
    return [home % kind + name + '.java' for kind in ('main', 'test') if home % kind + name + '.java' in known]
known = set(files)
present, moves = [], {}
for old, new, home, scope, free in CLASSES:
    if old in NESTED:
        present.append((old, new, home, scope, free))
        continue
    here = isfile(home, old)
    if not here:
        print('rename: no', home % 'main' + old + '.java, passed over')
        continue
    if isfile(home, new):
        sys.exit('rename: %s and %s are both there' % (old, new))
    present.append((old, new, home, scope, free))
    for kind in ('main', 'test'):
        for f in files:
            named = re.escape(home % kind + old) + r'((?:Test|Tests|IT|ModelTest|Kit)?)\.java'
            m = re.fullmatch(named, f)
            # a test of another class that begins alike is not this one's
            if m and not (old in ('State', 'Settings') and m.group(1)):
                moves[f] = home % kind + new + m.group(1) + '.java'
dirs = []
for old, new, oldname, newname in PACKAGES:
    for kind in ('main', 'test'):
        for f in files:
            if f.startswith(old % kind + '/'):
                moves[f] = moves.get(f, f).replace(old % kind + '/', new % kind + '/')
    dirs.append((oldname, newname))
for f, t in moves.items():
    if t in known:
        sys.exit('rename: %s is there already' % t)

TEST = r'(?=(?:Test|Tests|IT|ModelTest|Kit)?\b)'
def regions(text):
    """Code, comments and texts of a Java file, in order."""
    token = re.compile(r'(?P<comment>/\*.*?\*/|//[^\n]*)'
                       r'|(?P<string>"""(?:\\.|.)*?"""|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')', re.S)
    at = 0
    for m in token.finditer(text):
        if m.start() > at: yield 'code', text[at:m.start()]
        yield m.lastgroup, m.group(0)
        at = m.end()
    if at < len(text): yield 'code', text[at:]

def java(f, text):
    imports_result = re.search(r'\.Operations\.Forgotten;', text) is not None
    in_cluster = '/core/cluster/' in f
    out = []
    for kind, part in regions(text):
        if kind == 'code':
            # what "host forget" answers is no class of its own
            part = re.sub(r'\bOperations\.Forgotten\b', 'Operations.ForgetResult', part)
            if imports_result or in_cluster:
                part = re.sub(r'(?<!\.)\bForgotten\b', 'ForgetResult', part)
            for what, by, where in MEMBERS:
                if re.match(where, f): part = re.sub(what, by, part)
        for old, new, home, scope, free in present:
            if not re.match(scope, f): continue
            if old == 'Forgotten' and imports_result: continue
            tests = old not in ('State', 'Settings')
            if kind == 'code':
                # not a nested class of another, nor a constant or a method of that name
                alone = '' if free == 'word' else r'(?<!\w\.)'
                part = re.sub(alone + r'\b%s%s' % (old, TEST if tests else r'\b'), new, part)
                package = re.sub(r'.*/java/', '', home % 'main').strip('/').replace('/', '.')
                dotted = re.escape(package) + r'\.%s\b' % old
                part = re.sub(dotted, lambda m: m.group(0)[:-len(old)] + new, part)
            elif kind == 'comment':
                part = re.sub(r'(\{@(?:link|code|linkplain) [^}]*?)(?<!\w\.)\b%s\b' % old, r'\1' + new, part)
                part = re.sub(r'(@see )%s\b' % old, r'\1' + new, part)
                if free == 'word': part = re.sub(r'\b%s%s' % (old, TEST), new, part)
        # the tests of layers name classes in texts
        if kind == 'string' and os.path.basename(f) in ('LayersTest.java', 'ModuleArrowsTest.java'):
            for old, new, home, scope, free in present:
                if part == '"%s"' % old and old not in ('State', 'Settings', 'Segment'): part = '"%s"' % new
        if kind == 'comment':
            for what, by, where in PROSE:
                if re.match(where, f): part = re.sub(what, by, part)
        for a, b in dirs:
            if kind != 'string': part = part.replace(a, b)
        out.append(part)
    return ''.join(out)

# Of names that two classes have, documents mean the one of core.
AMBIGUOUS = {'State', 'Settings', 'Segment', 'Round'}
def prose(f, text):
    out, code = [], False
    for line in text.split('\n'):
        if line.startswith('```'): code = not code
        def tick(m):
            s = m.group(0)
            for old, new, home, scope, free in present:
                last = home.rstrip('/').split('/')[-1]
                if old in AMBIGUOUS:
                    s = re.sub(r'(?<=%s/)%s(?=[.`])' % (last, old), new, s)
                else:
                    s = re.sub(r'(?<![\w./-])%s(?=(?:\.java)?[.`])' % old, new, s)
                    s = re.sub(r'(?<=%s/)%s(?=[.`])' % (last, old), new, s)
            for a, b in dirs:
                s = s.replace(a, b).replace('daemon/rehearsal', 'daemon/warmup')
            return s
        if not code:
            line = re.sub(r'`[^`]*`', tick, line)
            pieces = re.split(r'(`[^`]*`|\]\([^)]*\))', line)
            for i in range(0, len(pieces), 2):
                for what, by, where in PROSE:
                    if re.match(where, f): pieces[i] = re.sub(what, by, pieces[i])
            line = ''.join(pieces)
        out.append(line)
    return '\n'.join(out)

# Files with longer lines than that are somebody else's to wrap.
W, wide, changed = 120, set(), 0
for f in files:
    if f.startswith('docs/adr/') or f == 'CHANGELOG.md': continue
    markdown, source = f.endswith('.md'), f.endswith('.java')
    shell = f.endswith('.sh') or '.' not in os.path.basename(f)
    other = f.endswith(('.xml', '.flags', '.properties', '.json', '.txt', '.yaml', '.yml'))
    if not (markdown or source or shell or other): continue
    try: text = open(f, encoding='utf8').read()
    except UnicodeDecodeError: continue
    if any(len(l) > W for l in text.split('\n')): wide.add(moves.get(f, f))
    new = java(f, text) if source else prose(f, text) if markdown else text
    for a, b in moves.items():
        new = re.sub(re.escape(a) + r'(?!\w)', lambda m: b, new)
        # as documents and lists shorten it
        short = lambda p: p.split('/java/io/patchbay/')[-1][:-5]
        if markdown and '/' in short(a):
            new = re.sub(r'(?<![\w/])' + re.escape(short(a)) + r'(?=[.`])', lambda m: short(b), new)
    for a, b in dirs:
        new = new.replace(a.replace('.', '/') + '/', b.replace('.', '/') + '/')
        if not source: new = new.replace(a, b)
    if new != text:
        open(f, 'w', encoding='utf8').write(new)
        changed += 1
for a, b in sorted(moves.items()):
    os.makedirs(os.path.dirname(b), exist_ok=True)
    git('mv', a, b)

# Lines that have become too long: of comments here, of documents by their paragraphs; code is the formatter's.
def comment_lines(text):
    out = []
    for line in text.split('\n'):
        m = re.match(r'^(\s*(?:\* |// ))(.*)$', line)
        while m and len(line) > W and line.rfind(' ', 0, W + 1) > len(m.group(1)):
            at = line.rfind(' ', 0, W + 1)
            if line.rfind('{@', 0, at) > line.rfind('}', 0, at):
                at = line.rfind(' ', 0, line.rfind('{@', 0, at))
            if at <= len(m.group(1)): break
            out.append(line[:at])
            line = m.group(1) + line[at + 1:]
        m = re.match(r'^(\s*)/\*\* (.*) \*/$', line)
        if m and len(line) > W:
            words, rows, row = m.group(2).split(' '), [], m.group(1) + ' *'
            for w in words:
                if len(row) + 1 + len(w) > W: rows.append(row); row = m.group(1) + ' *'
                row += ' ' + w
            out += [m.group(1) + '/**'] + rows + [row]
            line = m.group(1) + ' */'
        out.append(line)
    return '\n'.join(out)
def paragraphs(text):
    atom = re.compile(r'`[^`]*`|\[[^\]]*\]\([^)]*\)')
    item = re.compile(r'^( *)([-*+]|\d+[.)])( +)(.*)$')
    stop = ('```', '|', '#', '>')
    lines, out, i, code = text.split('\n'), [], 0, False
    while i < len(lines):
        l = lines[i]
        if l.lstrip().startswith('```'): code = not code
        if code or not l.strip() or l.lstrip().startswith(stop):
            out.append(l); i += 1; continue
        j = i + 1
        while (j < len(lines) and lines[j].strip() and not lines[j].lstrip().startswith(stop)
               and not item.match(lines[j])):
            j += 1
        block = lines[i:j]
        wide = [b for b in block if len(b) > W and len(atom.sub('x', b.strip())) > 60]
        # what was not wrapped before is not this script's
        if wide and all(len(b) <= W + 40 for b in block):
            m = item.match(l)
            first = ''.join(m.groups()[:3]) if m else re.match(' *', l).group(0)
            rest = ' ' * len(first)
            body = ' '.join([l[len(first):].strip()] + [b.strip() for b in block[1:]])
            row = first
            for t in [t.replace('\0', ' ') for t in atom.sub(lambda a: a.group(0).replace(' ', '\0'), body).split(' ')]:
                if row != first and len(row) + 1 + len(t) > W and not re.match(r'^([-*+]|#+|>.*|\|.*|\d+[.)])$', t):
                    out.append(row); row = rest + t
                else: row += t if row == first else ' ' + t
            out.append(row)
        else: out += block
        i = j
    return '\n'.join(out)
for f in git('diff', 'HEAD', '--name-only').split('\n'):
    if not f or not os.path.isfile(f): continue
    if f.startswith('docs/adr/') or f == 'CHANGELOG.md': continue
    if f.endswith('.md') or (f.endswith('.java') and f not in wide):
        text = open(f, encoding='utf8').read()
        if not any(len(l) > W for l in text.split('\n')): continue
        new = comment_lines(text) if f.endswith('.java') else paragraphs(text)
        if new != text: open(f, 'w', encoding='utf8').write(new)
print('rename: %d files changed, %d moved' % (changed, len(moves)))
PY
