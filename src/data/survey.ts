/**
 * The survey: what an import would do, from names, sizes, dates and tables alone. No image or video is opened. Its plan
 * goes out in pieces, so that neither thread handles tens of thousands of entries in one go.
 */
import { USUAL_FRAMES, type PlannedFile, type Rejection, type Survey, type SurveyRequest } from '../protocol';
import { readAnnotations } from './annotations';
import { unpackListing } from './listing';
import { nameTree } from './names';
import { extensionOf, isClutter, isTable, normalise } from './paths';
import { MAX_TWICE, Plan, type Candidate, type SurveyHooks } from './plan';
import { combine, type Named } from './rows';
import { MAX_LIST_BYTES, holdsList, isList } from './sets';
import { counted, examples } from './sets/sentences';
import { promiseOf } from './sniff';
import { chooseStills, namesVideo, videosOfStills, type Still } from './stills';
import { Tally } from './tally';

/** Files of these types lie beside faces in many sets and hold none. */
const NEVER =
  /^(?:txt|md|rst|face|pdf|html?|xml|ya?ml|log|ini|cfg|py|m|mat|npy|npz|pkl|h5|pts|doc|docx|xls|xlsx|rtf|zip|tar|gz|7z|rar|db|exe|wav|mp3|srt)$/;

/** Why a still is not opened. */
const OTHER_STILL = 'another still of a video of which two are taken, one early and one from its middle';

const isStill = (path: string): boolean => promiseOf(extensionOf(path)) === 'image';

export async function survey(request: SurveyRequest, hooks: SurveyHooks): Promise<Survey> {
  const began = performance.now();
  const { media, beside, tables, passedOver, rejected, notes } = sortOut(request);
  const lists = await takeLists(request, tables);
  const tree = nameTree([...media.keys(), ...beside, ...lists.keys()], lists, request.fallbackSet);
  const named = [...media.keys()].flatMap((path): [string, Named][] => {
    const name = tree.passOver(path) === null ? tree.of(path) : undefined;
    return name === undefined ? [] : [[path, name]];
  });
  const videos = videosOfStills(new Map(named.filter(([path, { video }]) => isStill(path) && namesVideo(video))));
  const annotations = await readAnnotations(tables, media.keys(), request.numericOne, videos);
  for (const path of annotations.passedOver) passedOver.add(typeOf(path), path);
  rejected.push(...annotations.rejected);
  notes.push(...annotations.notes);

  // Files beside pictures are told apart by their set, where it knows them, or else by their type.
  for (const path of beside) if (!lists.has(path)) passedOver.add(tree.passOver(path) ?? typeOf(path), path);
  notes.push(...tree.notes);
  for (const path of media.keys()) {
    const why = tree.passOver(path);
    if (why !== null) passedOver.add(why, path);
  }
  const known = named.map(([path, name]): [string, PlannedFile['known']] => [
    path,
    combine(name, annotations.byPath.get(path)),
  ]);
  const stills = chooseStills(
    known.flatMap(([path, { set, video, label, captions }], at): Still[] =>
      isStill(path) && namesVideo(video)
        ? [
            {
              path,
              video: `${set}\0${video}\0${label}`,
              frame: named[at]?.[1].frame,
              captioned: captions.all !== undefined || captions.image !== undefined,
            },
          ]
        : [],
    ),
  );
  const plan = new Plan(tree, hooks);
  let others = 0;
  // Which stills are left out depends on the rule, which is chosen later: their videos are named.
  const cut = new Set<string>();
  for (const [path, facts] of known) {
    const still = stills.get(path);
    if (still !== undefined && still[USUAL_FRAMES.rule] === undefined) {
      passedOver.add(OTHER_STILL, facts.video);
      others++;
      cut.add(facts.video);
    }
    await plan.add(path, media.get(path)!, facts, still);
  }
  plan.end();
  if (others > 0) {
    notes.push(
      `${counted(cut.size, 'video is', 'videos are')} there as many stills (${examples([...cut])}): of each, one early and one from its middle are taken, by the rule for clips or as a table gives them captions, and ${counted(others, 'other is', 'others are')} left out.`,
    );
  }
  rejected.push(...plan.twice());

  const formats = plan.formatsFound();
  return {
    files: plan.files,
    frames: formats.reduce((sum, { kind, files }) => sum + files * (kind === 'video' ? 2 : 1), 0),
    bytes: formats.reduce((sum, { bytes }) => sum + bytes, 0),
    sets: [...plan.sets.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    formats,
    passedOver: passedOver.list(),
    ...(await plan.journal()),
    sameSize: [...plan.bySize.values()].filter(({ length }) => length > 1),
    captionRows: annotations.captionRows,
    tables: [...tables.keys()],
    rejected,
    notes,
    seconds: (performance.now() - began) / 1000,
  };
}

/** Texts of lists of public sets. They are no tables then. */
async function takeLists({ listing, tables: contents }: SurveyRequest, tables: Map<string, File>) {
  const texts = new Map<string, string>();
  const paths = unpackListing(listing);
  for (const { index, file } of contents) {
    const path = normalise(paths[index]?.path ?? '');
    if (!isList(path) || file.size > MAX_LIST_BYTES) continue;
    const text = await file.text();
    if (!holdsList(path, text)) continue;
    texts.set(path, text);
    tables.delete(path);
  }
  return texts;
}

/** Candidates for media, in the order of their paths; files of types that hold no picture; tables. */
function sortOut({ listing, tables: contents }: SurveyRequest): {
  media: Map<string, Candidate>;
  beside: string[];
  tables: Map<string, File>;
  passedOver: Tally;
  rejected: Rejection[];
  notes: string[];
} {
  const media = new Map<string, Candidate>();
  const beside: string[] = [];
  const tables = new Map<string, File>();
  const passedOver = new Tally();
  const rejected: Rejection[] = [];
  const opened = new Map(contents.map(({ index, file }) => [index, file]));
  let same = 0;
  const other: string[] = [];
  const files = unpackListing(listing)
    .map((file, index) => ({ ...file, path: normalise(file.path), index }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.index - b.index));
  const sizes = new Map<string, number>();
  for (const file of files) {
    const { path, size, index } = file;
    if (isClutter(path) || /(?:^|\/)manifest\.json$/i.test(path)) continue;
    const before = sizes.get(path);
    if (before !== undefined) {
      if (before === size) same++;
      else other.push(path);
      continue;
    }
    sizes.set(path, size);
    if (isTable(path)) {
      const table = opened.get(index);
      if (table !== undefined) tables.set(path, table);
    } else if (NEVER.test(extensionOf(path))) beside.push(path);
    else media.set(path, file);
  }
  for (const path of other.slice(0, MAX_TWICE)) {
    rejected.push({
      file: path,
      reason:
        'Another file was given under the same path, with other content, and was imported: two folders of one name were given together. Rename one of them.',
    });
  }
  if (other.length > MAX_TWICE) {
    rejected.push({
      file: other[MAX_TWICE] ?? '',
      reason: `So ${other.length === MAX_TWICE + 1 ? 'is 1 more file' : `are ${other.length - MAX_TWICE} more files`} of folders of the same name; rename one of the folders.`,
    });
  }
  const notes =
    same === 0
      ? []
      : [`${same} ${same === 1 ? 'file was' : 'files were'} given twice under the same path and read once.`];
  return { media, beside, tables, passedOver, rejected, notes };
}

function typeOf(path: string): string {
  const extension = extensionOf(path);
  return extension === '' ? 'without a type' : `.${extension}`;
}
