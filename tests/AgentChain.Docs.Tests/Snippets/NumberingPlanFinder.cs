using AgentChain.Blocks.Redaction;
using PhoneNumbers;

namespace AgentChain.Docs.Tests.Snippets;

#region finder
sealed class NumberingPlanFinder(string region) : IPersonalDataFinder
{
    public ValueTask<IReadOnlyCollection<PersonalDataSpan>> FindAsync(string text, CancellationToken cancellationToken) => new(
    [
        .. PhoneNumberUtil.GetInstance().FindNumbers(text[..Math.Min(text.Length, 2000)], region, PhoneNumberUtil.Leniency.VALID, 100)
            .Select(m => new PersonalDataSpan(PersonalDataKind.Phone, m.Start, m.Length)),
    ]);
}
#endregion
