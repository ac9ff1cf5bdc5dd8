// Addresses whose town is known: universities that have had a whole /16 of their own since the 1980s and 90s and use it where they are.
// Written from the registries' public records and the universities' own pages, not from any of the data that is measured.

export interface KnownPlace {
	readonly address: string;
	/** ISO 3166-1 alpha-2 */
	readonly country: string;
	/** Its name in English, and as it is called there. */
	readonly towns: readonly string[];
}

const list = `
129.132 CH Zurich/Zürich · 130.60 CH Zurich/Zürich · 130.92 CH Bern · 128.178 CH Lausanne/Ecublens · 131.152 CH Basel · 129.194 CH Geneva/Genève
131.111 GB Cambridge · 163.1 GB Oxford · 129.215 GB Edinburgh · 130.88 GB Manchester · 130.209 GB Glasgow · 137.44 GB Swansea
128.103 US Cambridge/Boston · 128.112 US Princeton · 171.64 US Stanford/Palo Alto · 128.32 US Berkeley · 128.97 US Los Angeles
129.97 CA Waterloo · 142.150 CA Toronto · 137.82 CA Vancouver · 132.206 CA Montreal/Montréal
141.20 DE Berlin · 130.149 DE Berlin · 129.187 DE Munich/München/Garching · 147.142 DE Heidelberg · 134.2 DE Tübingen/Tubingen · 132.230 DE Freiburg/Freiburg im Breisgau
134.76 DE Göttingen/Gottingen · 130.75 DE Hanover/Hannover · 141.30 DE Dresden · 139.18 DE Leipzig
131.130 AT Vienna/Wien · 129.27 AT Graz · 138.232 AT Innsbruck
130.89 NL Enschede · 131.211 NL Utrecht · 145.18 NL Amsterdam · 132.229 NL Leiden · 134.58 BE Leuven/Heverlee
130.238 SE Uppsala · 130.241 SE Gothenburg/Göteborg · 130.235 SE Lund · 129.240 NO Oslo · 129.177 NO Bergen · 128.214 FI Helsinki
147.32 CZ Prague/Praha · 147.229 CZ Brno · 147.175 SK Bratislava · 149.156 PL Krakow/Kraków
137.204 IT Bologna · 147.162 IT Padua/Padova · 131.114 IT Pisa · 147.96 ES Madrid · 161.116 ES Barcelona
129.78 AU Sydney · 128.250 AU Melbourne · 130.102 AU Brisbane/St Lucia · 130.216 NZ Auckland
133.11 JP Tokyo/Bunkyo-ku/Bunkyō · 130.54 JP Kyoto · 137.132 SG Singapore · 147.8 HK Hong Kong · 143.248 KR Daejeon/Yuseong-gu · 147.46 KR Seoul/Gwanak-gu
132.66 IL Tel Aviv/Tel Aviv-Yafo · 143.107 BR São Paulo/Sao Paulo · 132.248 MX Mexico City/Coyoacán · 146.141 ZA Johannesburg · 137.158 ZA Cape Town
`;

/** Lists the known places; each address is one in the university's network. */
export const knownPlaces: readonly KnownPlace[] = list
	.trim()
	.split(/ · |\n/)
	.map((entry) => {
		const [network = "", country = "", ...town] = entry.split(" ");
		return { address: `${network}.1.10`, country, towns: town.join(" ").split("/") };
	});
