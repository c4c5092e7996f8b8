using System.Net.Http.Json;
using AgentChain.Blocks.Redaction;

namespace AgentChain.Docs.Tests.Snippets;

#region finder
sealed class PresidioFinder(HttpClient client) : IPersonalDataFinder
{
    static readonly Dictionary<string, PersonalDataKind> Kinds = new()
    {
        ["PERSON"] = PersonalDataKind.Name, ["PHONE_NUMBER"] = PersonalDataKind.Phone, ["CREDIT_CARD"] = PersonalDataKind.Card,
        ["EMAIL_ADDRESS"] = PersonalDataKind.Email, ["IBAN_CODE"] = PersonalDataKind.Iban, ["US_SSN"] = PersonalDataKind.Ssn,
    };

    public async ValueTask<IReadOnlyCollection<PersonalDataSpan>> FindAsync(string text, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await client.PostAsJsonAsync("analyze", new { text, language = "en" }, cancellationToken);
        answer.EnsureSuccessStatusCode();
        Result[] results = await answer.Content.ReadFromJsonAsync<Result[]>(cancellationToken) ?? [];
        return
        [
            .. results.Where(r => Kinds.ContainsKey(r.entity_type))
                .Select(r => new PersonalDataSpan(Kinds[r.entity_type], r.start, r.end - r.start)),
        ];
    }

    sealed record Result(string entity_type, int start, int end);
}
#endregion
