using AgentChain;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Speculation;
using VoiceAgent.Calls;
using VoiceAgent.CommandLine;
using VoiceAgent.Knowledge;
using VoiceAgent.Listening;
using VoiceAgent.Models;
using VoiceAgent.Showing;

namespace VoiceAgent;

/// <summary>A chain at one level of speculation, with its own models, so that one line's caches do not help another.</summary>
sealed class Line : IAsyncDisposable
{
    const int Rehearsed = 2;

    static readonly TimeSpan NoHurry = TimeSpan.FromMinutes(2);

    Line(VoiceModels models, StreamChain<Question, PcmAudio> chain, SpeculationLevel level) => (Models, Chain, Level) = (models, chain, level);

    public VoiceModels Models { get; }

    public StreamChain<Question, PcmAudio> Chain { get; }

    public SpeculationLevel Level { get; }

    /// <summary>
    /// Loads the models, builds the chain, and answers two bundled questions: first with a generous budget, so that no caller waits for
    /// compilation, then with the chain itself, which learns how long its blocks work. It starts nothing early before it knows that.
    /// </summary>
    public static async Task<Line> OpenAsync(VoiceAgentOptions options, SpeculationLevel level, AccountBook accounts, CancellationToken cancellationToken)
    {
        var models = VoiceModels.Load(ModelFolder.Find(options.ModelFolder), options.Device, options.EndpointWait, options.Embedder);
        try
        {
            Library library = await Library.OpenAsync(models, ModelFolder.Data, accounts, cancellationToken);
            await using (StreamChain<Question, PcmAudio> patient = VoiceChain.Build(models, library, NoHurry, level))
            {
                await RehearseAsync(patient, accounts.Accounts[0], cancellationToken);
            }

            var line = new Line(models, VoiceChain.Build(models, library, options.Budget, level), level);
            try
            {
                await RehearseAsync(line.Chain, accounts.Accounts[0], cancellationToken);
                return line;
            }
            catch
            {
                await line.Chain.DisposeAsync();
                throw;
            }
        }
        catch
        {
            models.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Chain.DisposeAsync();
        Models.Dispose();
    }

    static async Task RehearseAsync(StreamChain<Question, PcmAudio> chain, Account account, CancellationToken cancellationToken)
    {
        await chain.WarmUpAsync(cancellationToken);
        foreach (BundledQuestion question in QuestionBook.Load(ModelFolder.Questions).Take(Rehearsed))
        {
            var live = new Question(WaveInput.Read(question.Path).PlayAsync(null, cancellationToken), new Caller(account), new TurnView(TextWriter.Null));
            await using Turn<PcmAudio> turn = chain.Start(live, cancellationToken);
            await turn.Completion;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
