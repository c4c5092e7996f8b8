using System.Collections.Frozen;

namespace AgentChain.Onnx.Speech.Synthesis;

/// <summary>The rules of <see cref="LetterToSound"/>, as "before|letters|after|sounds". The first one that matches applies.</summary>
internal static class LetterRules
{
    private const string Table = """
        |augh|t|ɔː  |augh||æf  |ai|r|ɛ  _|any||ɛni  _|again||əɡɛn  |ai||eɪ  |ay||eɪ  |au||ɔː  |aw||ɔː  |a|lk|ɔː  |al|l_|ɔːl
        _|al|l|ɔːl  |a|lt|ɔː  |al|m_|ɑː  w|a|r|ɔː  w|a|^^|ɑː  w|a|sh|ɑː  qu|a|^|ɑː  ^|age|_|ɪdʒ  #:|age|s_|ɪdʒ  |ange||eɪndʒ
        |aste|_|eɪst  #:|able|_|əbəl  #:|ably|_|əbli  |ar|e_|ɛɹ  |ar|#|ɛɹ  #:^|ard|_|ɚd  #:^|ar|_|ɚ  |ar||ɑːɹ  #:^|al|_|əl
        #:^|als|_|əlz  #:^|an|_|ən  #:^|ance|_|əns  #:^|ant|_|ənt  #:^|ate|_|eɪt  #:^|as|_|əz  |a|x|æ  |a|^%|eɪ  |a|^le_|eɪ
        |a|tion|eɪ  |a|ti|eɪ  |a|_|ə  |a||æ
        |body|_|bɑːdi  |bb||b  m|b|_|  |b|t_|  |b||b
        |cch||k  _|ch|r|k  |ch|em|k  |ch||tʃ  |cian||ʃən  |ci|a|ʃ  |ci|o|ʃ  s|c|+|  |cc|+|ks  |cc||k  |ck||k  |c|+|s  |c||k
        |dge||dʒ  |dg|+|dʒ  |dd||d  |d||d
        _|every||ɛvɹi  |eau||oʊ  |eigh|t|eɪ  |eigh||eɪ  |ear|n|ɜːɹ  |ear|l|ɜːɹ  |ear|th|ɜːɹ  |ear||ɪɹ  |ea|d_|ɛ  |ea|th|ɛ
        |ea|sure|ɛ  |ea|lth|ɛ  |ea||iː  |eer||ɪɹ  |ee||iː  |ei|ve|iː  |ei||iː  |ere|_|ɪɹ  |eu||juː  _r|ew||uː  j|ew||uː
        l|ew||uː  r|ew||uː  |ew||juː  |ey|_|i  |ey||eɪ  t|ed|_|ɪd  d|ed|_|ɪd  p|ed|_|t  k|ed|_|t  s|ed|_|t  f|ed|_|t
        ch|ed|_|t  sh|ed|_|t  x|ed|_|t  #|ed|_|d  #:^|ed|_|d  ch|es|_|ɪz  sh|es|_|ɪz  s|es|_|ɪz  c|es|_|ɪz  g|es|_|ɪz
        x|es|_|ɪz  z|es|_|ɪz  p|es|_|s  t|es|_|s  k|es|_|s  f|es|_|s  #:|es|_|z  #:|e|_|  #:|e|ly_|  #:|e|ment|  #:|e|less|
        #:|e|ful|  :|er|_|ɜː  #:^|er|_|ɚ  #:^|ers|_|ɚz  #|er|_|ɚ  |er|ing_|ɚ  |err||ɛɹ  |er|#|ɪɹ  #:|er|^|ɚ  |er||ɜː
        #:^|el|_|əl  #:^|en|_|ən  #:^|ens|_|ənz  #:^|ent|_|ənt  #:^|ents|_|ənts  #:^|ence|_|əns  #:^|ess|_|əs  #:^|est|_|ɪst
        #:^|et|_|ɪt  _:|e|_|iː  _:|e|^e_|iː  _|e|^#|i  _^|e|^#^|ɪ  |e|^e_|iː  |e||ɛ
        |ff||f  |f||f
        _|gh||ɡ  |gh||  |gg||ɡ  |gn|_|n  _|gn||n  |gu|+|ɡ  |g|et|ɡ  |g|iv|ɡ  |g|ir|ɡ  n|g|er|ɡ  |g|+|dʒ  |g||ɡ
        _w|h||  r|h||  _|hour||aʊɚ  |h|#|h  |h||
        |igh||aɪ  |ign|_|aɪn  |ild|_|aɪld  |ind|_|aɪnd  |ie|_|i  _:|ie|_|aɪ  _:|ie|s_|aɪ  _:|ie|d_|aɪ  |ie|s_|i  |ie|d_|i
        |ie|r_|i  |ie||iː  |ique|_|iːk  |ine|_|aɪn  |ire||aɪɚ  |ise|_|aɪz  |ize||aɪz  |ible|_|ɪbəl  |io|n|jə  #:|ia|_|iə
        #:|ian|_|iən  |ious|_|iəs  |ir|#|aɪɹ  |ir||ɜː  #:^|ing|_|ɪŋ  #:^|ings|_|ɪŋz  #:^|ive|_|ɪv  #:^|ice|_|ɪs  #:^|ite|_|aɪt
        |i|x|ɪ  |i|^%|aɪ  |i|^le_|aɪ  _:|i|#^|aɪ  |i|_|i  |i|a|i  |i|o|i  |i||ɪ
        |j||dʒ
        _|kn||n  |k||k
        |lle|_|l  ^|le|_|əl  ^|les|_|əlz  |ll||l  |l|f_|  |l|k_|  |l|ves|  |l||l
        |mm||m  _|mn||n  |mn|_|m  |m||m
        d|nt|_|ənt  s|nt|_|ənt  |nn||n  |ng|_|ŋ  |ng|s_|ŋ  |ng|l|ŋɡ  |n|k|ŋ  |n||n
        |oar||ɔːɹ  |oa||oʊ  |oe||oʊ  |oi||ɔɪ  |oy||ɔɪ  |oor||ɔːɹ  |oo|k|ʊ  |oo|d_|ʊ  |oo||uː  |ough|t|ɔː  |ough|_|oʊ
        |ough||ʌf  |ould|_|ʊd  |ould|nt_|ʊd  _f|our||ɔːɹ  |our|_|aʊɚ  |our||ɔːɹ  ^|ous|_|əs  |ou|p_|uː  |ou|ble|ʌ  |ou|ng|ʌ
        |ou||aʊ  |own|_|oʊn  _d|ow|n|aʊ  _t|ow|n|aʊ  _c|ow||aʊ  _n|ow|_|aʊ  _h|ow|_|aʊ  |ow|er|aʊ  |ow|_|oʊ  |ow||oʊ
        |ol|d|oʊl  |ost|_|oʊst  |o|ther|ʌ  |o|ver|oʊ  _w|or||ɜː  #:^|or|_|ɚ  #:^|ors|_|ɚz  |or||ɔːɹ  #:^|on|_|ən
        #:^|ons|_|ənz  #:^|om|_|əm  |o|x|ɑː  |o|^%|oʊ  |o|^le_|oʊ  |o|_|oʊ  |o|^#|oʊ  |o||ɑː
        |ph||f  _|pn||n  _|ps||s  |pp||p  |p||p
        |que|_|k  |qu||kw
        _|rh||ɹ  |rr||ɹ  |r||ɹ
        _|some|^|sʌm  _|some|_|sʌm  _|someone|_|sʌmwʌn  |sch||sk  |sh||ʃ  #|sion||ʒən  |ssion||ʃən  |sion||ʃən  #|sure||ʒɚ
        |ssure||ʃɚ  |sten|_|sən  |stle|_|səl  |sc|+|s  |ss||s  #|s|e_|z  #|s|ing|z  #|s|ed_|z  #|s|y_|z  p|s|_|s  t|s|_|s
        k|s|_|s  f|s|_|s  s|s|_|s  u|s|_|s  i|s|_|s  #|s|_|z  ^|s|_|z  |s|m_|z  |s||s
        |tch||tʃ  |tion||ʃən  |tions||ʃənz  |tial||ʃəl  |tient||ʃənt  |tious||ʃəs  #|ture||tʃɚ  ^|ture||tʃɚ  |tual||tʃuəl
        |ther||ðɚ  _|th|is|ð  _|th|at|ð  _|th|e|ð  |the|_|ð  |thing||θɪŋ  |th||θ  |tt||t  |two||tuː  |t||t
        |ure|_|jʊɹ  |ur|#|jʊɹ  |ur||ɜː  |ui|t|uː  |ui|ce|uː  |uy||aɪ  g|u|+|  q|u||w  r|ue||uː  l|ue||uː  |ue|_|juː
        #:^|um|_|əm  #:^|us|_|əs  r|u|^%|uː  l|u|^%|uː  j|u|^%|uː  ch|u|^%|uː  |u|^%|juː  |u|^#|juː  |u|_|uː  |u||ʌ
        |vv||v  |v||v
        _|wr||ɹ  |where|_|wɛɹ  _|water||wɔːtɚ  _|who||hu  _|wh||w  |w|#|w  |w||
        _|x||z  e|x|#|ɡz  |x||ks
        _|your||jɔːɹ  _|y|#|j  |ye|_|aɪ  _:|y|_|aɪ  #:^|y|_|i  #|y|_|i  |y|^%|aɪ  _:|y|^#|aɪ  |y|_|i  |y|#|j  |y||ɪ
        |zz||z  |z||z
        """;

    private static readonly FrozenDictionary<char, LetterRule[]> ByFirstLetter = Table
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Select(rule => rule.Split('|'))
        .Select(fields => new LetterRule(fields[0], fields[1], fields[2], fields[3]))
        .GroupBy(rule => rule.Letters[0])
        .ToFrozenDictionary(rules => rules.Key, rules => rules.ToArray());

    /// <summary>Returns the first rule that matches the letters at a position, or null if none does.</summary>
    public static LetterRule? Find(string word, int at)
    {
        foreach (LetterRule rule in ByFirstLetter.TryGetValue(word[at], out LetterRule[]? rules) ? rules : [])
        {
            if (rule.Matches(word, at))
            {
                return rule;
            }
        }

        return null;
    }
}
