using AgentChain;
using AgentChain.Onnx.Speech.Audio;
using VoiceAgent.Calls;
using VoiceAgent.CommandLine;
using VoiceAgent.Knowledge;
using VoiceAgent.Listening;
using VoiceAgent.Models;

namespace VoiceAgent;

/// <summary>A chain at one level of early work, with its own models, so that one line's caches do not help another.</summary>
sealed class Line : IAsyncDisposable
{
    /// <summary>The number of bundled questions that warm up the chain.</summary>
    const int Rehearsed = 3;

    Line(VoiceModels models, StreamChain<Question, PcmAudio> chain, Ahead level) => (Models, Chain, Level) = (models, chain, level);

    public VoiceModels Models { get; }

    public StreamChain<Question, PcmAudio> Chain { get; }

    public Ahead Level { get; }

    /// <summary>
    /// Loads the models, builds the chain, and warms it up with bundled questions: no caller waits for compilation, and the chain knows
    /// how long its blocks work. It starts nothing early before it knows that.
    /// </summary>
    public static async Task<Line> OpenAsync(
        VoiceAgentOptions options, Ahead level, AccountBook accounts, PlanBook plans, CancellationToken cancellationToken)
    {
        var models = VoiceModels.Load(
            ModelFolder.Find(options.ModelFolder), options.Device, options.EndpointWait, options.Embedder, options.Server);
        try
        {
            Library library = await Library.OpenAsync(models, ModelFolder.Data, accounts, cancellationToken);
            TimeSpan toolTime = options.ToolTime ?? (options.Compare ? VoiceAgentOptions.ComparedToolTime : TimeSpan.Zero);
            var line = new Line(models, VoiceChain.Build(models, library, options.Budget, level, toolTime), level);
            try
            {
                await line.Chain.WarmUpAsync(Rehearsal(accounts.Accounts[0], plans, cancellationToken), cancellationToken);
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

    static IEnumerable<Question> Rehearsal(Account account, PlanBook plans, CancellationToken cancellationToken) =>
        QuestionBook.Load(ModelFolder.Questions).Take(Rehearsed).Select(question =>
            new Question(WaveInput.Read(question.Path).PlayAsync(null, cancellationToken), new Caller(account, plans), new TurnNotes()));
}
