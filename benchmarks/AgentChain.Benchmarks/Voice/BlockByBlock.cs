using System.Runtime.CompilerServices;
using AgentChain.Blocks;
using AgentChain.Blocks.Redaction;
using AgentChain.Blocks.Sentences;
using AgentChain.Devices;
using AgentChain.Extensions.AI;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Normalization;
using AgentChain.Onnx.Speech.Recognition;
using Microsoft.Extensions.AI;
using VoiceAgent;
using VoiceAgent.Agents;
using VoiceAgent.Knowledge;
using VoiceAgent.Listening;
using VoiceAgent.Models;

namespace AgentChain.Benchmarks.Voice;

/// <summary>The sample's voice turn without a chain: the same blocks called by hand, one after the other.</summary>
sealed class BlockByBlock(VoiceModels models, Library library)
{
    readonly HandoffBlock _desk = Desk.Open(models.Client, models.ClientOptions, new DeskTools(library, TimeSpan.Zero), guess: null);

    public async Task<PcmAudio> FirstSoundAsync(Question question)
    {
        using var scope = new Scope(await LeaseAsync());
        var context = new BlockContext(scope);
        Transcript heard = await LastAsync(new Listener(models.Listener).InvokeAsync(question, context, CancellationToken.None));
        string redacted = library.Redactor.Invoke(new NumberWordsToDigits().Invoke(heard, context), context);
        AgentRequest request = new Asking().Invoke(redacted, context);
        await foreach (string sentence in SentencesAsync(_desk.InvokeAsync(request, context, CancellationToken.None), context))
        {
            return await models.Voice.InvokeAsync(TextNormalizer.Normalize(sentence), context, CancellationToken.None);
        }

        throw new InvalidOperationException("The question was answered with silence.");
    }

    static async Task<Transcript> LastAsync(IAsyncEnumerable<Hypothesis<Transcript>> hypotheses)
    {
        Hypothesis<Transcript> last = default;
        await foreach (Hypothesis<Transcript> hypothesis in hypotheses)
        {
            last = hypothesis;
        }

        return last.Value;
    }

    static async IAsyncEnumerable<string> SentencesAsync(
        IAsyncEnumerable<ChatResponseUpdate> updates, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        IRegrouper<string, string> restorer = new PlaceholderRestorer().Begin(context);
        IRegrouper<string, string> chunker = SentenceChunker.Default.Begin(context);
        List<string> restored = [];
        List<string> sentences = [];
        await foreach (ChatResponseUpdate update in updates.WithCancellation(cancellationToken))
        {
            restorer.Add(update.Role == ChatRole.Tool ? "" : update.Text, restored);
            restored.ForEach(text => chunker.Add(text, sentences));
            restored.Clear();
            foreach (string sentence in sentences)
            {
                yield return sentence;
            }

            sentences.Clear();
        }

        restorer.Complete(restored);
        restored.ForEach(text => chunker.Add(text, sentences));
        chunker.Complete(sentences);
        foreach (string sentence in sentences)
        {
            yield return sentence;
        }
    }

    ValueTask<DeviceLease> LeaseAsync() =>
        models.Devices.AcquireAsync(new PlacementRequest("by hand", DeviceRequest.Named(models.Device)), CancellationToken.None);

    /// <summary>Supplies the services that a block expects of its turn, without a turn.</summary>
    sealed class Scope(DeviceLease lease) : IBlockScope, IDisposable
    {
        public TurnId TurnId => default;

        public string BlockName => "by hand";

        public TimeSpan Remaining => Timeout.InfiniteTimeSpan;

        public TimeProvider Time => TimeProvider.System;

        public DeviceLease? Lease => lease;

        public CancellationToken TurnToken => CancellationToken.None;

        public Baggage? Baggage { get; set; }

        public void InputEnded(long last, long known)
        {
        }

        public void Dispose() => lease.Dispose();
    }
}
