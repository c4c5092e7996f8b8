using System.Runtime.CompilerServices;
using AgentChain.Blocks;
using AgentChain.Blocks.Redaction;
using AgentChain.Blocks.Sentences;
using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Retrieval;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Normalization;
using AgentChain.Onnx.Speech.Recognition;
using VoiceAgent;
using VoiceAgent.Agents;
using VoiceAgent.Knowledge;
using VoiceAgent.Listening;
using VoiceAgent.Models;

namespace AgentChain.Benchmarks.Voice;

/// <summary>The sample's voice turn without a chain: the same blocks called by hand, one after the other.</summary>
sealed class BlockByBlock(VoiceModels models, Library library)
{
    public async Task<PcmAudio> FirstSoundAsync(Question question)
    {
        using var scope = new Scope(await LeaseAsync());
        var context = new BlockContext(scope);
        Transcript heard = await LastAsync(new Listener(models.Listener).InvokeAsync(question, context, CancellationToken.None));
        string redacted = library.Redactor.Invoke(new NumberWordsToDigits().Invoke(heard, context), context);
        IReadOnlyDictionary<string, string> facts = new AccountLookup().Invoke(redacted, context);
        RetrievalResult documents = await library.Search.InvokeAsync(redacted, context, CancellationToken.None);
        ChatPrompt prompt = Prompt(new Found(redacted, facts, documents), context);
        await foreach (string sentence in SentencesAsync(models.Language.InvokeAsync(prompt, context, CancellationToken.None), context))
        {
            return await models.Voice.InvokeAsync(TextNormalizer.Normalize(sentence), context, CancellationToken.None);
        }

        throw new InvalidOperationException("The question was answered with silence.");
    }

    static ChatPrompt Prompt(Found found, BlockContext context) => found.Agent switch
    {
        "billing" => new BillingAgent().Invoke(found, context),
        "support" => new SupportAgent().Invoke(found, context),
        _ => new SmallTalkAgent().Invoke(found, context),
    };

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
        IAsyncEnumerable<string> pieces, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        IRegrouper<string, string> restorer = new PlaceholderRestorer().Begin(context);
        IRegrouper<string, string> chunker = SentenceChunker.Default.Begin(context);
        List<string> restored = [];
        List<string> sentences = [];
        await foreach (string piece in pieces.WithCancellation(cancellationToken))
        {
            restorer.Add(piece, restored);
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
