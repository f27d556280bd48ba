# Українська.
kind-daily = Щоденний звіт { $number }
kind-spot = Окремий звіт { $number }
kind-flash = Сигнал { $number }
kind-weekly = Тижневий звіт { $number }
kind-rolling = Поточний звіт { $number }

head-mechanism = Механізм
head-period = Період
head-as-of = Відомості
head-issued = Видано
head-agreement = Угода
head-log = Вершина журналу
head-tier = Доступ
head-ladder = Правила доступу
head-languages = Мови
as-of = станом на { $time }
agreement-none = немає: лише запис
log-none = цьому рівню ще не повідомлено
tier-enclave = анклав: поіменно відомі аналітики
tier-commission = комісія та гаранти, однаково
tier-parties = обидві сторони, в ту саму секунду
tier-public = громадськість
ladder = { $n } з { $count } ухвалено угодою, решта — типові, яких жоден орган не ухвалював
translation = Переклад. Автентичним є англійський текст.
status-note = Назви та лінії не визначають правового статусу жодного місця.
note-possible = Усе тут лише можливе, доки люди не дійшли висновку. Вид подій не оцінено.
note-recorded = Усе тут зареєстровано, висновків немає. Вид подій не оцінено.
foot = Доступ, затримка й точність — за правилами вгорі. Чого тут немає, те могли не побачити: див. розділ 10.

banner-one-owner = Усе, що може тут підкріпити подію, надходить від одного власника. Підтвердження не вище C1.
banner-one-owner-short = Дані лише одного власника: щонайбільше C1.
banner-no-agreement = Лише запис: угоду не завантажено, нічого не оцінюється.
banner-disputed = Чинність: за цей період сторони її оспорюють, нічого не оцінюється.
banner-not-in-force = За цей період жодна угода не була чинною: лише запис.

s-1 = Підсумок
s-2 = Зареєстровані події
s-2-judged = Можливі порушення та інші зареєстровані події
s-3 = Зони та ділянки розведення
s-4 = Відведення озброєнь
s-5 = Шкода цивільним та інфраструктурі
s-6 = Локальні припинення вогню
s-7 = Обмеження доступу
s-8 = Завади сенсорам і ГНСС
s-9 = Виправлення попередніх звітів
s-10 = Чого ми не могли бачити
s-a = Додаток A: зареєстровані події
s-b = Додаток B: озброєння
s-c = Додаток C: перешкоди
s-d = Додаток D: охоплення
s-e = Додаток E: шкода
s-f = Додаток F: повідомлення
w-days = День за днем
w-clauses = Пункт за пунктом
w-open-title = Відкриті справи та відповіді

c-observer = Місце спостерігача
c-location = Місце події
c-means = Засоби
c-number = К-сть
c-observation = Спостереження
c-description = Опис
c-weapon = Зброя
c-time = Дата, час
c-uncertainty = Похибка часу
c-corroboration = Підтвердження
c-verdict = Оцінка, пункт
c-status = Стан
c-event = Подія
c-date = Дата
c-place = Місце
c-side = Бік
c-item = Клас озброєння
c-breached = Порушена лінія чи зона
c-limit = Лінія чи зона
c-last-seen = Востаннє бачено
c-document = № збігається з переліком
c-kind = Вид
c-by = Ким
c-words = Сказана причина
c-effect = Вплив на охоплення
c-liaison = Зв’язок повідомлено
c-sector = Ділянка
c-sensors = Сенсорів працює / усього
c-hours = Годин спостереження
c-smallest = Найменша надійно видима подія (вид, імовірність)
c-loss = Головна втрата
c-cause = Причина
c-killed = Загинуло ч/ж/дітей
c-injured = Поранено ч/ж/дітей
c-object = Об’єкт
c-confirmation = Підтверджено (два джерела чи більше)
c-party = Сторона
c-activity = Діяльність
c-window = Проміжок
c-lead = Завчасність дотримано
c-observed = Спостережено як повідомлено
c-phase = Етап
c-hours-of-period = Годин періоду
c-events = Події
c-rate = Частота
c-channels = Канали
c-clause = Пункт

state-possible-breach = ◐ можливе порушення
state-undetermined = ⊖ невизначено
state-permitted-and-notified = ☑ дозволено й повідомлено
state-recorded-only = ○ лише зареєстровано
state-flash = ○ зареєстровано, ще нічого не сказано
state-under = { $state }, пункт { $clause }
state-p = { $state }, { $p } ({ $word })
likelihood-almost-no-chance = майже виключено
likelihood-very-unlikely = дуже малоймовірно
likelihood-unlikely = малоймовірно
likelihood-roughly-even = приблизно порівну
likelihood-likely = імовірно
likelihood-very-likely = дуже ймовірно
likelihood-almost-certain = майже напевно

count-events = { $n ->
    [one] { $n } зареєстрована подія
    [few] { $n } зареєстровані події
    [many] { $n } зареєстрованих подій
   *[other] { $n } зареєстрованої події
}
count-possible-breach = { $n ->
    [one] { $n } можливе порушення
    [few] { $n } можливі порушення
    [many] { $n } можливих порушень
   *[other] { $n } можливого порушення
}
count-undetermined = { $n } невизначено
count-permitted-and-notified = { $n } дозволено й повідомлено
count-recorded-only = { $n } лише зареєстровано
count-flash = { $n } зареєстровано, ще нічого не сказано
of-owners = { $n ->
    [one] { $n } власника
   *[other] { $n } власників
}
means-arrays = { $n ->
    [one] { $n } група { $owners }
    [few] { $n } групи { $owners }
    [many] { $n } груп { $owners }
   *[other] { $n } групи { $owners }
}
means-sensors = { $n ->
    [one] { $n } вступ, сенсори { $owners }
    [few] { $n } вступи, сенсори { $owners }
    [many] { $n } вступів, сенсори { $owners }
   *[other] { $n } вступу, сенсори { $owners }
}
case = { $id }: { $time }, { $place }; { $name }, підтвердження { $limit }; { $state }.
side-stated = бік походження: { $party } (подія сталася там; звідти стріляли чи туди влучили, не сказано)
side-none = бік походження не вказано
side-certificate = { $n ->
    [one] { $state }, також без будь-якого { $n } власника
   *[other] { $state }, також без будь-яких { $n } власників
}
place-cell = у клітинці { $cell } ({ $side } км) або поряд
place-region = навколо { $place }, область 90 % { $side } км²

summary-events = { $count }; за попередній такий самий період — { $before }. Сама кількість нічого не каже про дотримання: див. розділ 10.
summary-no-tally = За цей період не відомо жодного спостереження людей, преси чи супутників.
summary-tally = Полічено власними спостерігачами механізму: { $count } усього ({ $more }), за попередній період — { $before }; що спостерегли кілька про одну подію, полічено раз. { $n ->
    [one] { $n } обмін вогнем полічити не вдалося.
    [few] { $n } обміни вогнем полічити не вдалося.
    [many] { $n } обмінів вогнем полічити не вдалося.
   *[other] { $n } обміну вогнем полічити не вдалося.
}
summary-no-side = Бік походження не оцінено для жодної з них.
summary-side = { $n ->
    [one] Бік походження вказано для { $n } з { $count }. Це бік, на якому сталася подія: чи звідти стріляли, чи туди влучило випущене з іншого місця, не сказано. Бік лінії не є відповідальністю: про неї вирішують люди. Це могло бути інсценовано з іншого боку, в обох напрямках: жоден сенсор не може цього виключити.
   *[other] Бік походження вказано для { $n } з { $count }. Це бік, на якому сталася подія: чи звідти стріляли, чи туди влучило випущене з іншого місця, не сказано. Бік лінії не є відповідальністю: про неї вирішують люди. Це могло бути інсценовано з іншого боку, в обох напрямках: жоден сенсор не може цього виключити.
}
summary-notices = { $n ->
    [one] { $n } повідомлення сторони стосується періоду (додаток F).
    [few] { $n } повідомлення сторін стосуються періоду (додаток F).
    [many] { $n } повідомлень сторін стосуються періоду (додаток F).
   *[other] { $n } повідомлення сторін стосується періоду (додаток F).
}
tally-explosions = вибухи
tally-projectiles_in_flight = снаряди в польоті
tally-muzzle_flashes = дульні спалахи
tally-illumination_flares = освітлювальні ракети
tally-bursts_and_shots = черги та постріли
rates = До, під час і після чинності, у межах цього періоду:
phase-before = до
phase-during = під час
phase-after = після
rate-no-coverage = без частоти: не відомо жодної години спостереження

no-events = Жодної події не зареєстровано. Це не означає, що нічого не сталося: див. розділ 10.
no-zones = Зон не названо.
zone = { $name }: { $n ->
    [one] { $n } подію оцінено за пунктом про неї
    [few] { $n } події оцінено за пунктом про неї
    [many] { $n } подій оцінено за пунктом про неї
   *[other] { $n } події оцінено за пунктом про неї
}.
local = Узгоджено з { $from } до { $to }.
no-local = Жодного, про яке тут відомо.
none-recorded = Нічого не зареєстровано.
in-annex = { $n ->
    [one] { $n } запис у додатку { $name }.
    [few] { $n } записи в додатку { $name }.
    [many] { $n } записів у додатку { $name }.
   *[other] { $n } запису в додатку { $name }.
}
no-coverage = Охоплення не обчислено.
no-notices = Жодне повідомлення не стосується періоду.
impediments-not-due = Що заважало сенсорам бачити, цьому рівню ще не повідомлено.
gnss-not-measured = Завади супутниковій навігації не вимірюються.
correction = Справа { $id }: редакція { $number } заступає сказане раніше.
withdrawn = Справа { $id }: відкликана. Те, на чому вона ґрунтувалася, пояснено без неї; у цьому звіті її ніде не враховано.
no-corrections = Жодної справи не переглянуто.
not-seen-no-coverage = Охоплення не обчислено: що могло статися невидимо, невідомо.
not-seen-see-annex = Що можна було бачити, подано за ділянками в додатку D.
not-seen-impediments = { $n ->
    [one] { $n } перешкода заважала сенсорам бачити або псує побачене (розділ 8).
    [few] { $n } перешкоди заважали сенсорам бачити або псують побачене (розділ 8).
    [many] { $n } перешкод заважали сенсорам бачити або псують побачене (розділ 8).
   *[other] { $n } перешкоди заважали сенсорам бачити або псують побачене (розділ 8).
}
not-seen-one-owner = Жоден другий власник не дивиться на ту саму місцевість.
not-seen-silence = Чи слухали інші сенсори й нічого не чули, не зважено.
not-seen-kind = Вид події не оцінено: вона може бути природною чи випадковою.
not-seen-people = Ні патруль, ні сторона, ні супутник у цьому звіті не свідчать.
site-not-released = не розкрито
observation-event = подія
kind-not-assessed = вид не оцінено
not-assessed = не оцінено
activity-demolition = підрив
activity-demining = розмінування
activity-exercise = навчання
filed-before = подано до початку
filed-after = подано після початку
not-verifiable = перевірити за записаним неможливо
not-judged = не оцінюється
w-open = { $n ->
    [one] { $n } справу люди не перевірили.
    [few] { $n } справи люди не перевірили.
    [many] { $n } справ люди не перевірили.
   *[other] { $n } справи люди не перевірили.
}
w-replies = Відповідей сторін тут не приймають.

impediment-gap = відліків бракує
impediment-overlap = відліки двічі
impediment-set-back = годинник переведено назад
impediment-rate-change = частоту відліків змінено
impediment-rate-unusable = частота відліків непридатна
impediment-retimed = позначки часу зсунуто
impediment-clock-questionable = годинник сумнівний
impediment-clock-trusted = годинник знову надійний
impediment-not-finite = відліки не є числами
impediment-flat = одне й те саме значення
impediment-silent = мовчить
impediment-missing = елемента немає
impediment-again = елемент повернувся
impediment-blind = група без напрямку
impediment-more = інші, не перелічені

spot-title = Окремий звіт
spot-none = Такої справи не розкрито.
spot-what = Що: { $state }
spot-where = Де: { $place }
spot-when = Коли: { $time }
spot-means = Засоби: { $name }; { $limit }
spot-effect = Вплив на місію: не записано
spot-done = Зроблено: записано в журнал
spot-informed = Повідомлено: за правилами доступу
spot-unknown = Невідомо: бік походження, вид, намір, шкода
spot-side = Бік: { $state }. Невідомо: вид, намір, шкода
spot-side-stated = Бік: { $state }; інсценування з іншого боку: не виключено. Невідомо: вид, намір, шкода
spot-next = Далі: у щоденному звіті
spot-basis = Підстава: угода { $id } { $version }
spot-no-basis = Підстава: лише запис
flash-where = Зареєстровано подію. Де: { $place }
flash-when = Коли: { $time }
flash-ask = Що вам відомо? Чекаємо на гарячій лінії.
flash-both = Обом сторонам у ту саму секунду.
left-out = { $n ->
    [one] Ще { $n } подано в інших формах цього звіту.
    [few] Ще { $n } подано в інших формах цього звіту.
    [many] Ще { $n } подано в інших формах цього звіту.
   *[other] Ще { $n } подано в інших формах цього звіту.
}

c-tally-explosions = Вибухи
c-tally-projectiles = Снаряди в польоті
c-tally-flashes = Дульні спалахи
c-tally-flares = Освітлювальні ракети
c-tally-bursts = Черги та постріли
c-total = Разом
c-uncounted = Не полічено
c-source = Джерело
c-scope = Що полічено
c-from-to = Від – до
c-reports = Повідомлень
c-attacks = Повідомлено про напади
c-allegations = Твердження
c-bare = З них тут нічим не підкріплено
c-became = Що з ним сталося
c-by-mission = Власні спостерігачі
c-by-parties = Сторони
c-by-civilians = Цивільні
c-by-press = Преса
c-by-satellites = Супутники
c-by-people = Полічено власними спостерігачами
c-heat = Виявлення тепла

summary-counts-not-due = Що полічили люди та супутники, цьому рівню ще не повідомлено.
summary-parties = { $n ->
    [one] { $n } повідомлення сторін, про напад — { $count }. Повідомлене сторонами ні до чого не додається.
    [few] { $n } повідомлення сторін, про напад — { $count }. Повідомлене сторонами ні до чого не додається.
    [many] { $n } повідомлень сторін, про напад — { $count }. Повідомлене сторонами ні до чого не додається.
   *[other] { $n } повідомлення сторін, про напад — { $count }. Повідомлене сторонами ні до чого не додається.
}
summary-civilians = { $n ->
    [one] { $n } повідомлення цивільних, про напад — { $count }.
    [few] { $n } повідомлення цивільних, про напад — { $count }.
    [many] { $n } повідомлень цивільних, про напад — { $count }.
   *[other] { $n } повідомлення цивільних, про напад — { $count }.
}
summary-press = { $n ->
    [one] { $n } повідомлення преси, про напад — { $count }; жодне не полічено як подію.
    [few] { $n } повідомлення преси, про напад — { $count }; жодне не полічено як подію.
    [many] { $n } повідомлень преси, про напад — { $count }; жодне не полічено як подію.
   *[other] { $n } повідомлення преси, про напад — { $count }; жодне не полічено як подію.
}
count-fires = { $n ->
    [one] { $n } осередок
    [few] { $n } осередки
    [many] { $n } осередків
   *[other] { $n } осередку
}

summary-heat = Тепло, помічене супутниками: { $n ->
    [one] { $n } виявлення
    [few] { $n } виявлення
    [many] { $n } виявлень
   *[other] { $n } виявлення
}, разом { $more }; { $count } у смузі, де піксель і лінія перекриваються. Ні боку, ні причини не вказано: горять і поля.
count-weapons = { $n ->
    [one] { $n } запис про озброєння (додаток B)
    [few] { $n } записи про озброєння (додаток B)
    [many] { $n } записів про озброєння (додаток B)
   *[other] { $n } запису про озброєння (додаток B)
}
count-harm = { $n ->
    [one] { $n } запис про шкоду (додаток E)
    [few] { $n } записи про шкоду (додаток E)
    [many] { $n } записів про шкоду (додаток E)
   *[other] { $n } запису про шкоду (додаток E)
}
not-counted = не полічено
total = разом
not-stated = не вказано
place-not-stated = місця не вказано
series-apart = Що полічили інші, кожне — окремий ряд. Жоден не додано до іншого чи до підрахунків розділу 1.
claims-apart = Повідомлення про напад і твердження — різні речі:
each-observation = Що сталося з кожним спостереженням; жодне не пропущено:
scope-incident = випадки, один за одним
scope-period-total = власний підсумок за час

observer-mission = власний спостерігач
observer-party = сторона
observer-civilian = цивільні
observer-press = преса
observer-satellite = супутники

appraised-measured = вимірювання події
appraised-uncorroborated = іншим не підкріплено
appraised-recorded = зареєстровано
appraised-alleged = твердження, нічим не підкріплене
appraised-series = окремий ряд
appraised-unplaced = недостатньо точно визначено в часі чи просторі
appraised-late = надійшло після свого вікна
appraised-early = каже про час, який ще настане
appraised-suspected-swap = широту й довготу, схоже, переставлено
appraised-not-yet = ще нічого не сказано

kind-explosion = вибух
kind-projectile-in-flight = снаряд у польоті
kind-muzzle-flash = дульний спалах
kind-illumination-flare = освітлювальна ракета
kind-burst = черга
kind-shot = постріл
kind-exchange-of-fire = обмін вогнем
kind-rocket-launch = пуск ракети
kind-aircraft = повітряне судно
kind-uav = безпілотне повітряне судно
kind-vehicle-movement = рух техніки
kind-weapon-present = наявність зброї
kind-personnel-present = присутність особового складу
kind-new-position = нова позиція
kind-mine-present = міна
kind-uxo-present = нерозірваний боєприпас
kind-damage = пошкодження
kind-casualty = шкода людям
kind-gnss-interference = завади супутниковій навігації
kind-thermal-anomaly = тепло
kind-other = інше

explosion-undetermined = вид не визначено спостерігачем
explosion-outgoing = вихідний
explosion-impact = улучання
explosion-airburst = у повітрі
explosion-controlled-detonation = контрольований підрив

means-heard = почуто
means-seen = побачено
means-seen-and-heard = побачено й почуто
means-camera = камера
means-uav = безпілотник
means-satellite-thermal = тепло з орбіти
means-satellite-optical = знімок з орбіти
means-satellite-sar = радарний знімок з орбіти
means-site-visit = виявлено під час візиту
means-crater-analysis = за вирвою
means-party-report = повідомлено стороною
means-civilian-report = повідомлено цивільними
means-media-report = опубліковано пресою
means-observations = { $n ->
    [one] { $n } спостереження людей, { $owners }
    [few] { $n } спостереження людей, { $owners }
    [many] { $n } спостережень людей, { $owners }
   *[other] { $n } спостереження людей, { $owners }
}
and-observations = { $n ->
    [one] { $n } спостереження людей
    [few] { $n } спостереження людей
    [many] { $n } спостережень людей
   *[other] { $n } спостереження людей
}

means-both = { $n ->
    [one] { $n } вступ на сенсорах і { $more }, { $owners }
    [few] { $n } вступи на сенсорах і { $more }, { $owners }
    [many] { $n } вступів на сенсорах і { $more }, { $owners }
   *[other] { $n } вступу на сенсорах і { $more }, { $owners }
}

weapon-tank = танк
weapon-mortar = міномет
weapon-artillery = артилерія
weapon-rocket-artillery = реактивна артилерія
weapon-missile = ракета
weapon-anti-tank = протитанкова зброя
weapon-armoured-vehicle = бронемашина
weapon-air-defence = протиповітряна оборона
weapon-grenade-launcher = гранатомет
weapon-machine-gun = кулемет
weapon-small-arm = стрілецька зброя
weapon-uav = безпілотник
weapon-aircraft = літак або гелікоптер
weapon-mine = міна
weapon-warship = військовий корабель
weapon-electronic-warfare = радіоелектронна боротьба
weapon-other = інша

hindrance-denial = відмова в доступі
hindrance-conditional-access = доступ за умов
hindrance-delay = затримка доступу
hindrance-threat = погрози спостерігачам
hindrance-fire-near-monitors = вогонь поблизу спостерігачів
hindrance-mines-or-uxo = міни або нерозірвані боєприпаси
hindrance-asset-targeted = обстріляно засіб механізму
hindrance-jamming = глушіння сигналу
hindrance-spoofing = підміна сигналу
hindrance-loss-of-control = втрата керування
hindrance-information-refused = відмова в інформації
hindrance-outage = перебій
hindrance-tampering = станцію відкрито або змінено
hindrance-weather = погода
hindrance-consent = згода
hindrance-consent-withdrawn = згоду відкликано
hindered = { $name }: { $n ->
    [one] { $n } раз
    [few] { $n } рази
    [many] { $n } разів
   *[other] { $n } раза
}, { $count } год періоду.
consent-one-party = { $name }: лише однієї сторони, { $party }.
consent-by = { $name }: { $party }.
in-area-of = у районі { $party }, за повідомленням
effect-one-party = сама по собі жодного: згода лише однієї сторони
effect-none = сама по собі жодного
count-sensors = { $n ->
    [one] { $n } сенсор
    [few] { $n } сенсори
    [many] { $n } сенсорів
   *[other] { $n } сенсора
}
share-not-stated = частку не вказано
not-informed = не вказано
more-people = { $n ->
    [one] { $n }, про кого більше нічого не сказано
    [few] { $n }, про кого більше нічого не сказано
    [many] { $n }, про кого більше нічого не сказано
   *[other] { $n }, про кого більше нічого не сказано
}
confirmed-by = { $n ->
    [one] ні: джерел — { $n }
    [few] так: { $n } власники джерел
    [many] так: { $n } власників джерел
   *[other] так: { $n } власника джерел
}
sector-line = { $name }, версія { $version }, { $side } км
sector-all = усі сенсори, лінії не відомо
smallest-not-known = не відомо: як далеко чують ці сенсори, не вказано
loss-none = жодної
loss-no-sensors = тут немає сенсорів
loss-unexplained = нічого не надходило, причини не вказано
time-unplaced = { $date }, час не визначено
no-zone-here = поза зонами угоди
no-inventory = не звірено: переліку озброєнь сторін тут не відомо
not-due = ще не повідомлено
gnss-observed = { $n ->
    [one] { $n } спостереження завад супутниковій навігації (додаток A). Сенсорами вони не вимірюються.
    [few] { $n } спостереження завад супутниковій навігації (додаток A). Сенсорами вони не вимірюються.
    [many] { $n } спостережень завад супутниковій навігації (додаток A). Сенсорами вони не вимірюються.
   *[other] { $n } спостереження завад супутниковій навігації (додаток A). Сенсорами вони не вимірюються.
}
not-seen-no-hindrance = Про відмови, глушіння, перебої чи інші перешкоди не повідомлено. Не повідомлено — не означає, що не було.
not-seen-by-people = Що й як довго могли бачити патрулі, преса та супутники, не відомо: частоти їхніх підрахунків не наведено.
not-seen-hours = Сенсори записували { $count } з { $before } год періоду, щонайменше один водночас. Решти не бачив жоден.
spot-effect-not-due = Вплив на місію: ще не повідомлено
spot-effect-hindered = Вплив на місію: { $n ->
    [one] { $n } перешкода
    [few] { $n } перешкоди
    [many] { $n } перешкод
   *[other] { $n } перешкоди
}
