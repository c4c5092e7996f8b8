using System.ComponentModel;
using AgentChain.Extensions.AI;
using Microsoft.Extensions.AI;
using VoiceAgent.Calls;
using VoiceAgent.Knowledge;

namespace VoiceAgent.Agents;

/// <summary>
/// What the agents can do. The language model sees placeholders in the place of personal data, in its own arguments and in the results.
/// </summary>
sealed class DeskTools
{
    // The language model was trained to excuse itself, or to ask, when it reads these results.
    public const string Nothing = "nothing found";
    public const string Foreign = "this is not the account of the caller";
    public const string Unconfirmed = "ask the caller to confirm first";
    public const string NoPlan = "there is no such plan";

    const string Facts =
        "customer name, plan, monthly price, balance, payment due, account number, data left, card ending, order status, technician visit, "
        + "nearest store or late fee";

    /// <summary>The fact that an answer about another one mentions in its second sentence.</summary>
    static readonly Dictionary<string, string> GoesWith = new(StringComparer.Ordinal)
    {
        ["balance"] = "payment due",
        ["payment due"] = "late fee",
        ["late fee"] = "payment due",
        ["plan"] = "monthly price",
        ["monthly price"] = "plan",
        ["customer name"] = "account number",
        ["account number"] = "customer name",
        ["card ending"] = "payment due",
        ["data left"] = "plan",
    };

    readonly Library _library;
    readonly TimeSpan _time;

    /// <param name="library">The articles.</param>
    /// <param name="time">How long each tool waits before its work, as if it asked another system.</param>
    public DeskTools(Library library, TimeSpan time)
    {
        (_library, _time) = (library, time);
        LookUpAccount = AIFunctionFactory.Create(LookUpAsync, "look_up_account", "Reads a fact of the caller's account.");
        SearchArticles = AIFunctionFactory.Create(SearchAsync, "search_articles", "Finds the help article about a question.");
        ChangePlan = AIFunctionFactory.Create(
            ChangeAsync, "change_plan", "Changes the caller's plan. The caller has to confirm the plan first.");
    }

    public AIFunction LookUpAccount { get; }

    public AIFunction SearchArticles { get; }

    public AIFunction ChangePlan { get; }

    async Task<string> LookUpAsync(
        AIFunctionArguments arguments,
        [Description(Facts)] string fact,
        [Description("The account number as it stands in the question, only if the caller has said one.")] string? account = null,
        CancellationToken cancellationToken = default)
    {
        await WorkAsync(cancellationToken);
        IReadOnlyDictionary<string, string> facts = QuestionOf(arguments).Caller.Facts;
        return account is not null && account != facts.GetValueOrDefault("account number") ? Foreign
            : !facts.ContainsKey(fact) ? Nothing
            : string.Join('\n', Related(fact).Where(facts.ContainsKey).Select(label => $"{label}: {facts[label]}"));
    }

    async Task<string> SearchAsync(
        [Description("The question in the caller's words.")] string query, CancellationToken cancellationToken = default)
    {
        await WorkAsync(cancellationToken);
        return (await _library.FindArticleAsync(query, cancellationToken))?.ToLowerInvariant() ?? Nothing;
    }

    async Task<string> ChangeAsync(
        AIFunctionArguments arguments, [Description("The name of the plan with its number, such as gold 50.")] string plan,
        CancellationToken cancellationToken = default)
    {
        await WorkAsync(cancellationToken);
        Question question = QuestionOf(arguments);
        return !IsConfirmed(question.Session, plan) ? Unconfirmed
            : question.Caller.ChangePlan(plan, ToolCall.From(arguments)!.IdempotencyKey) ? $"plan: {plan}"
            : NoPlan;
    }

    /// <summary>
    /// A language model can forget to ask: its last words must have been a question about this plan, so that a yes is about it.
    /// </summary>
    static bool IsConfirmed(AgentSession session, string plan) =>
        session.Messages.LastOrDefault(message => message.Role == ChatRole.Assistant && message.Text.Length > 0)?.Text is { } asked
        && asked.TrimEnd().EndsWith('?') && asked.Contains(plan, StringComparison.OrdinalIgnoreCase);

    static IEnumerable<string> Related(string fact) => GoesWith.TryGetValue(fact, out string? other) ? [fact, other] : [fact];

    Task WorkAsync(CancellationToken cancellationToken) =>
        _time > TimeSpan.Zero ? Task.Delay(_time, TimeProvider.System, cancellationToken) : Task.CompletedTask;

    static Question QuestionOf(AIFunctionArguments arguments) => ToolCall.From(arguments)!.Get(Question.Key)!;
}
