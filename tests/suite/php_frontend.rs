//! What PHP becomes in the IR. The snapshot shows a program beside its lowering.

use pdlint::ir::printer;
use pdlint::lang::php::Php;
use pdlint::lang::{Frontend, Input, Lowered};

fn lower(text: &str) -> Lowered {
    Php.lower(&Input { path: "app/Models/User.php", text })
}

#[test]
fn classes_and_code_are_lowered() {
    let lowered = lower(PROGRAM);
    assert_eq!(lowered.damage, Vec::new());
    assert_eq!(lowered.unit.counts.opaque, 0);
    insta::assert_snapshot!(format!("{}\n---\n{}", PROGRAM.trim(), printer::print(&lowered.unit)));
}

const PROGRAM: &str = r##"
<?php
declare(strict_types=1);
namespace App\Models;

use App\Services\{Mailer, Sms as Text};
use function App\Helpers\mask;
require_once __DIR__ . '/x.php';

/**
 * A person with an account.
 * @property string $nickname How we call them
 */
#[ORM\Entity]
final class User extends Model implements HasName
{
    use Notifiable;
    const TABLE = 'users';
    /** @var string Where we write */
    #[ORM\Column(length: 180)]
    private $email;
    protected ?string $phone = null, $fax;
    protected $fillable = ['first_name', 'birth_date'];
    protected $casts = ['birth_date' => 'date'];
    public static int $count = 0;

    public function __construct(private readonly string $iin, string $email, ...$rest)
    {
        parent::__construct();
        $this->email = $email;
        self::$count++;
    }

    /** @param Profile $profile */
    public static function build(array $data, $profile): ?self
    {
        $user = new self($data['iin'] ?? '', email: $data['email']);
        $user->phone = $_POST['phone'];
        ['a' => $a, 'b' => [$b]] = $data;
        [$x, , $y] = $profile->pair();
        foreach ($data as $key => $one) { echo "$one {$user->email} $user->phone $data[iin]"; }
        foreach ($data as [$p, $q]) { print($p . $q); }
        $f = function ($u) use (&$user) { return $u->email; };
        $g = fn($u) => $u?->email;
        $list = array_map($g, [$user, ...$data]);
        try {
            Log::info('made ' . $user->email, ['user' => $user]);
        } catch (A | B $e) {
            throw new \RuntimeException($e->getMessage());
        } finally {
            close();
        }
        $text = <<<SQL
            select * from users where email = '{$user->email}'
            SQL;
        $kind = match (true) { $a > 1 => 'x', default => $b };
        if ($a): f(); elseif ($b): g(); else: h(); endif;
        global $db;
        $db->query($text);
        return isset($user) ? $user : null;
    }
}

enum Role: string { case Admin = 'a'; }
?>
<p><?= $user->email ?></p>
"##;

proptest::proptest! {
    #[test]
    fn no_text_makes_it_crash(text in "<[?]php (class A|function |\\$a|->b|::c|\\[|\\]|<<<X\n|X;\n|\"|\\(|\\)|=>|\\{|\\}|[?]>|/\\*\\*|@var |[*]/|[a-z ,=&*?!;\n]){0,40}") {
        lower(&text);
    }
}
