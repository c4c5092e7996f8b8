using System.Globalization;
using AgentChain;
using AgentChain.Diagnostics;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Normalization;
using AgentChain.Turns;
using VoiceAgent.Calls;
using VoiceAgent.CommandLine;
using VoiceAgent.Knowledge;
using VoiceAgent.Listening;
using VoiceAgent.Models;
using VoiceAgent.Showing;

namespace VoiceAgent;

/// <summary>The host of the chain: takes the calls, shows what happens, writes the answers.</summary>
sealed class CustomerLine(VoiceAgentOptions options, TextWriter output)
{
    const int Rehearsed = 2;

    /// <summary>How many exchanges the language model was trained to remember.</summary>
    const int Remembered = 3;

    static readonly TimeSpan NoHurry = TimeSpan.FromMinutes(2);

    readonly List<TurnSummary> _summary = [];
    int _exitCode;

    /// <summary>Takes all calls.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        AccountBook accounts = AccountBook.Load(Path.Combine(ModelFolder.Data, "accounts.json"));
        IReadOnlyList<Call> calls = CallList.Of(options, accounts, ModelFolder.Questions);
        AnswerFolder answers = AnswerFolder.Open(options.OutputFolder, options.Questions.Where(q => q.IsFile).Select(q => q.Text));
        using var models = VoiceModels.Load(ModelFolder.Find(options.ModelFolder), options.Device, options.EndpointWait);
        Library library = await Library.OpenAsync(models, ModelFolder.Data, accounts, cancellationToken);
        await using var studio = new Studio(models);
        await using Chain<Question, PcmAudio> chain = VoiceChain.Build(models, library, options.Budget);
        await RehearseAsync(VoiceChain.Build(models, library, NoHurry), accounts.Accounts[0], cancellationToken);

        foreach (Call call in calls)
        {
            var caller = new Caller(call.Customer);
            await using Conversation<Question, PcmAudio> conversation = chain.OpenConversation(new ConversationOptions { HistoryLength = Remembered });
            output.WriteLine($"{(_summary.Count > 0 ? "\n" : "")}=== {call.Customer.Name} calls, account {call.Customer.Id} ===");
            foreach (CallQuestion question in call.Questions)
            {
                PcmAudio audio = question.Audio ?? await studio.SayAsync(question.Words!, cancellationToken);
                await AnswerAsync(conversation, caller, question, audio, studio, answers, cancellationToken);
            }
        }

        output.WriteLine();
        SummaryTable.Print(output, _summary, options.EndpointWait);
        return _exitCode;
    }

    async Task AnswerAsync(
        Conversation<Question, PcmAudio> conversation, Caller caller, CallQuestion question, PcmAudio audio, Studio studio, AnswerFolder answers, CancellationToken cancellationToken)
    {
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"> {question.Name}  ({audio.Duration.TotalSeconds:0.0} s)"));
        var view = new TurnView(output);
        var live = new Question(audio.PlayAsync(options.RealTime ? TimeProvider.System : null, cancellationToken), caller, view);
        await using Turn<PcmAudio> turn = await conversation.StartAsync(live.After, cancellationToken);
        List<PcmAudio> spoken = [];
        try
        {
            await foreach (PcmAudio piece in turn.Output)
            {
                spoken.Add(piece);
            }
        }
        catch (TurnException)
        {
            // The result below says how the turn ended.
        }

        TurnResult result = await turn.Completion;
        view.Complete();
        cancellationToken.ThrowIfCancellationRequested();
        output.WriteLine();
        output.Write(result.Report.ToWaterfall());
        double? verified = null;
        if (result.Outcome == TurnOutcome.Completed)
        {
            var answer = PcmAudio.Concat(spoken);
            string file = answers.Write(question.Name, answer);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"written to {file}, {answer.Duration.TotalSeconds:0.0} s"));
            verified = options.Verify ? await VerifyAsync(studio, view, answer, cancellationToken) : null;
        }
        else
        {
            _exitCode = ExitCode.TurnNotCompleted;
            output.WriteLine(Describe(result));
        }

        _summary.Add(new TurnSummary(question.Name, Compare(question.Words, view.Words), view.Agent, result.Report.ResponseTime, result.Outcome.ToString(), verified));
    }

    async Task<double> VerifyAsync(Studio studio, TurnView view, PcmAudio answer, CancellationToken cancellationToken)
    {
        string heard = await studio.HearAsync(answer, cancellationToken);
        (int errors, int words) = WordErrors.Count(view.Spoken, heard);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"heard again as: {heard}  ({errors} of {words} words wrong)"));
        return words == 0 ? 0 : (double)errors / words;
    }

    /// <summary>Answers two bundled questions before the first call, so that no caller waits for code to be compiled.</summary>
    static async Task RehearseAsync(Chain<Question, PcmAudio> chain, Account account, CancellationToken cancellationToken)
    {
        await using Chain<Question, PcmAudio> rehearsal = chain;
        await chain.WarmUpAsync(cancellationToken);
        foreach (BundledQuestion question in QuestionBook.Load(ModelFolder.Questions).Take(Rehearsed))
        {
            var live = new Question(WaveInput.Read(question.Path).PlayAsync(null, cancellationToken), new Caller(account), new TurnView(TextWriter.Null));
            await using Turn<PcmAudio> turn = chain.Start(live, cancellationToken);
            await turn.Completion;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    static string Describe(TurnResult result) => result.Error switch
    {
        { InnerException: NothingHeardException nothing } => nothing.Message,
        { InnerException: { } inner } error => $"{error.Message} ({inner.Message})",
        var error => error?.Message ?? "",
    };

    static string Compare(string? said, string heard)
    {
        if (said is null)
        {
            return "-";
        }

        int errors = WordErrors.Count(TextNormalizer.Normalize(said), heard).Errors;
        return errors == 0 ? "ok" : $"{errors} wrong";
    }
}
