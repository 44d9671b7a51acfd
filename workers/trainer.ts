/** The GPU thread: connects the protocol to the training room. */
import { serve, watchRequests, type TrainerCommands, type TrainerEvents } from '../src/protocol';
import { TrainerService } from '../src/train/service';

const service = new TrainerService((event, payload) => emit(event, payload));
const emit = serve<TrainerCommands, TrainerEvents>(self, service);
watchRequests((seen) => emit('network.request', seen));
