/** The frames thread: decodes images and video, reads tables, audits captions; no network. */
import { framesService } from '../src/data/service';
import { auditCaptions } from '../src/evaluate/audit/service';
import { serve, watchRequests, type FramesCommands, type FramesEvents } from '../src/protocol';

const emit = serve<FramesCommands, FramesEvents>(self, {
  ...framesService((rows) => emit('import.samples', rows)),
  'captions.audit': (request, context) => auditCaptions(request, context),
});
watchRequests((seen) => emit('network.request', seen));
